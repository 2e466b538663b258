package org.wirewatch.bench;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/** Tokens that Wirewatch's analysis has found already, of title and body with a gap between that no phrase bridges. */
final class Tokens extends TokenStream {
  private static final int GAP = 1_000; // more than any NEAR can ask for

  private final char[][] tokens;
  private final int firstOfBody;
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final PositionIncrementAttribute increment = addAttribute(PositionIncrementAttribute.class);
  private int next;

  Tokens(char[][] tokens, int firstOfBody) {
    this.tokens = tokens;
    this.firstOfBody = firstOfBody;
  }

  @Override
  public void reset() {
    next = 0;
  }

  @Override
  public boolean incrementToken() {
    if (next == tokens.length) {
      return false;
    }
    clearAttributes();
    char[] token = tokens[next];
    term.copyBuffer(token, 0, token.length);
    increment.setPositionIncrement(next == firstOfBody && next > 0 ? GAP : 1);
    next++;
    return true;
  }
}
