"""The receivers as a worker knows them: the latest value of each key on two topics, and the secrets it could find.

A receiver's definition and its state are functions of the topics alone. Whether its secrets can be read is a matter of
this worker; it asks again now and then, so that a secret in a file may be put there, or changed, at any time.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pydantic import ValidationError

from wirewatch.delivery.receiver import Receiver, ReceiverError
from wirewatch.delivery.receiver_spec import ReadReference, ReceiverSpec
from wirewatch.delivery.receiver_state import ReceiverState
from wirewatch.delivery.signing import SecretError
from wirewatch.errors import field_problems
from wirewatch.ports import Received

__all__ = ["ReceiverBook"]

_UNTOUCHED = ReceiverState()


class ReceiverBook:
    """Collects definitions and states; `read` follows the references of the former."""

    def __init__(self, read: ReadReference, fixed: Iterable[Receiver] = ()) -> None:
        """`fixed` are receivers that no topic has; one of the same id on the topic comes first."""
        self._read = read
        self._fixed = {receiver.id: receiver for receiver in fixed}
        self._specs: dict[str, ReceiverSpec] = {}
        self._usable: dict[str, Receiver] = {}
        self._unusable: dict[str, str] = {}
        self._states: dict[str, ReceiverState] = {}

    def __len__(self) -> int:
        """The number of receivers that can be posted to."""
        return len(self._usable.keys() | self._fixed.keys())

    @property
    def unusable(self) -> Mapping[str, str]:
        """What is wrong with each receiver that can't be used here; no value of a secret is in it."""
        return MappingProxyType(self._unusable)

    def specs(self) -> tuple[ReceiverSpec, ...]:
        """Return the definitions, by id."""
        return tuple(self._specs[receiver_id] for receiver_id in sorted(self._specs))

    def get(self, receiver_id: str) -> Receiver | None:
        """Return the receiver, None when there is none or it can't be used."""
        return self._usable.get(receiver_id) or self._fixed.get(receiver_id)

    def state(self, receiver_id: str) -> ReceiverState:
        """Return how it is doing."""
        return self._states.get(receiver_id, _UNTOUCHED)

    def set_state(self, receiver_id: str, state: ReceiverState) -> None:
        """Know a state that was just written, before it comes back from the topic."""
        self._states[receiver_id] = state

    def learn_definitions(self, messages: Iterable[Received]) -> tuple[str, ...]:
        """Take in messages of the receivers' topic in their order; return the ids that changed."""
        ids = []
        for message in messages:
            receiver_id = (message.key or b"").decode(errors="replace")
            ids.append(receiver_id)
            self._forget(receiver_id)
            if message.value is None:
                self._states.pop(receiver_id, None)
                continue
            try:
                spec = ReceiverSpec.decode(message.value)
            except ValidationError as error:
                self._unusable[receiver_id] = field_problems(error)
                continue
            if spec.id != receiver_id:
                self._unusable[receiver_id] = "its key is not its id; publish it under its own id"
                continue
            self._specs[receiver_id] = spec
            self._resolve(spec)
        return tuple(dict.fromkeys(ids))

    def learn_states(self, messages: Iterable[Received]) -> None:
        """Take in messages of the states' topic in their order; one that can't be read leaves the receiver active."""
        for message in messages:
            receiver_id = (message.key or b"").decode(errors="replace")
            self._states.pop(receiver_id, None)
            if message.value is not None:
                try:
                    self._states[receiver_id] = ReceiverState.decode(message.value)
                except ValidationError:
                    continue

    def resolve_again(self) -> tuple[str, ...]:
        """Read all secrets again; return the ids of receivers that are others than before, or usable or not."""
        changed = []
        for spec in self.specs():
            before = (self._usable.get(spec.id), self._unusable.get(spec.id))
            self._resolve(spec)
            if before != (self._usable.get(spec.id), self._unusable.get(spec.id)):
                changed.append(spec.id)
        return tuple(changed)

    def _resolve(self, spec: ReceiverSpec) -> None:
        self._usable.pop(spec.id, None)
        self._unusable.pop(spec.id, None)
        try:
            self._usable[spec.id] = spec.resolve(self._read)
        except (ReceiverError, SecretError, ValueError) as error:
            self._unusable[spec.id] = str(error)

    def _forget(self, receiver_id: str) -> None:
        for known in (self._specs, self._usable, self._unusable):
            known.pop(receiver_id, None)
