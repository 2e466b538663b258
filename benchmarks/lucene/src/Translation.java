package org.wirewatch.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.Term;
import org.apache.lucene.queries.spans.SpanMultiTermQueryWrapper;
import org.apache.lucene.queries.spans.SpanNearQuery;
import org.apache.lucene.queries.spans.SpanOrQuery;
import org.apache.lucene.queries.spans.SpanQuery;
import org.apache.lucene.queries.spans.SpanTermQuery;
import org.apache.lucene.search.AutomatonQuery;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RegexpQuery;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * Queries in the neutral form, as Lucene's: arrays that begin with what they are, written by
 * benchmarks/matching/translate.py.
 *
 * <p>Queries of one term are shared by all rules that have them, which saves most of their memory.
 */
final class Translation {
  static final String TEXT = "text";

  private boolean hasPrefixes;
  private boolean hasOtherWildcards;
  private final Map<String, Query> words = new HashMap<>();
  private final Map<String, SpanQuery> spans = new HashMap<>();

  /** Whether there was a query such as `defen*`. */
  boolean hasPrefixes() {
    return hasPrefixes;
  }

  /** Whether there was one with a wildcard elsewhere. */
  boolean hasOtherWildcards() {
    return hasOtherWildcards;
  }

  Query query(JsonArray node) {
    return switch (kind(node)) {
      case "phrase" -> phrase(node);
      case "near" -> spanNear(node);
      case "and" -> all(node);
      case "or" -> any(node);
      default -> throw new IllegalArgumentException("can't be translated: " + node);
    };
  }

  private Query all(JsonArray node) {
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    for (JsonArray operand : operands(node, 1)) {
      boolean negated = kind(operand).equals("not");
      builder.add(query(negated ? operand.get(1).getAsJsonArray() : operand), negated ? Occur.MUST_NOT : Occur.FILTER);
    }
    return builder.build();
  }

  private Query any(JsonArray node) {
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    List<BytesRef> terms = new ArrayList<>();
    for (JsonArray operand : operands(node, 1)) {
      if (isPlainWord(operand)) {
        terms.add(new BytesRef(operand.get(1).getAsString()));
      } else {
        builder.add(query(operand), Occur.SHOULD);
      }
    }
    if (!terms.isEmpty()) {
      builder.add(new TermInSetQuery(TEXT, terms), Occur.SHOULD);
    }
    return builder.build();
  }

  private SpanQuery spanNear(JsonArray node) {
    SpanQuery[] sides = {span(node.get(3).getAsJsonArray()), span(node.get(4).getAsJsonArray())};
    return new SpanNearQuery(sides, node.get(1).getAsInt(), node.get(2).getAsBoolean());
  }

  private SpanQuery span(JsonArray node) {
    return switch (kind(node)) {
      case "near" -> spanNear(node);
      case "or" -> new SpanOrQuery(operands(node, 1).stream().map(this::span).toArray(SpanQuery[]::new));
      case "phrase" -> spanPhrase(node);
      default -> throw new IllegalArgumentException("has no place in a proximity: " + node);
    };
  }

  private SpanQuery spanPhrase(JsonArray node) {
    List<SpanQuery> slots = new ArrayList<>();
    for (int i = 1; i < node.size(); i++) {
      slots.add(spans.computeIfAbsent(node.get(i).toString(), key -> spanWord(key)));
    }
    return slots.size() == 1 ? slots.get(0) : new SpanNearQuery(slots.toArray(SpanQuery[]::new), 0, true);
  }

  private SpanQuery spanWord(String json) {
    return json.startsWith("[")
        ? new SpanMultiTermQueryWrapper<>(wild(json.substring(2, json.length() - 2)))
        : new SpanTermQuery(new Term(TEXT, json.substring(1, json.length() - 1)));
  }

  private Query phrase(JsonArray node) {
    if (node.size() == 2) {
      return words.computeIfAbsent(node.get(1).toString(), key -> word(key));
    }
    PhraseQuery.Builder builder = new PhraseQuery.Builder();
    for (int i = 1; i < node.size(); i++) {
      if (node.get(i).isJsonArray()) {
        return spanPhrase(node);
      }
      builder.add(new Term(TEXT, node.get(i).getAsString()));
    }
    return builder.build();
  }

  private Query word(String json) {
    return json.startsWith("[")
        ? wild(json.substring(2, json.length() - 2))
        : new TermQuery(new Term(TEXT, json.substring(1, json.length() - 1)));
  }

  private AutomatonQuery wild(String pattern) {
    if (pattern.indexOf('*') == pattern.length() - 1 && pattern.indexOf('?') < 0) {
      hasPrefixes = true;
      return new PrefixQuery(new Term(TEXT, pattern.substring(0, pattern.length() - 1)));
    }
    hasOtherWildcards = true;
    return new RegexpQuery(new Term(TEXT, pattern.replace("*", ".*").replace("?", ".")), 0);
  }

  static String kind(JsonArray node) {
    return node.get(0).getAsString();
  }

  static boolean isPlainWord(JsonArray node) {
    return kind(node).equals("phrase") && node.size() == 2 && node.get(1).isJsonPrimitive();
  }

  private static List<JsonArray> operands(JsonArray node, int from) {
    List<JsonArray> found = new ArrayList<>();
    for (JsonElement element : node.asList().subList(from, node.size())) {
      found.add(element.getAsJsonArray());
    }
    return found;
  }
}
