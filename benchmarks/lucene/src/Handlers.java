package org.wirewatch.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.monitor.CustomQueryHandler;
import org.apache.lucene.monitor.QueryTree;
import org.apache.lucene.monitor.TermWeightor;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.BytesRefIterator;

/** What a presearcher has to be told to look for in queries that it can't look into by itself. */
final class Handlers {
  private Handlers() {}

  static final char PREFIX = '\u0001';

  /** A document with `defences` has what `defen*` asks for: each of its beginnings is looked up, marked as such. */
  static final class Prefixes implements CustomQueryHandler {
    private static final int SHORTEST = 2;

    @Override
    public QueryTree handleQuery(Query query, TermWeightor weightor) {
      if (!(query instanceof PrefixQuery prefix)) {
        return null;
      }
      Term term = new Term(prefix.getField(), prefix.getPrefix().text() + PREFIX);
      return QueryTree.term(term, weightor);
    }

    @Override
    public TokenStream wrapTermStream(String field, TokenStream in) {
      return new TokenFilter(in) {
        private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
        private char[] token = new char[64];
        private char[] before = new char[64];
        private int length;
        private int beforeLength;
        private int next;

        @Override
        public boolean incrementToken() throws IOException {
          if (next > 0 && next <= length) {
            clearAttributes();
            term.copyBuffer(token, 0, next++);
            term.append(PREFIX);
            return true;
          }
          char[] spare = before;
          before = token;
          beforeLength = length;
          token = spare;
          if (!input.incrementToken()) {
            return false;
          }
          length = term.length();
          if (token.length < length) {
            token = new char[2 * length];
          }
          System.arraycopy(term.buffer(), 0, token, 0, length);
          int shared = 0; // terms come sorted: what is shared with the one before has been looked up
          while (shared < length && shared < beforeLength && token[shared] == before[shared]) {
            shared++;
          }
          next = Math.max(SHORTEST, shared + 1);
          return true;
        }
      };
    }
  }

  /** Any of the terms of a set. */
  static final class Sets implements CustomQueryHandler {
    @Override
    public QueryTree handleQuery(Query query, TermWeightor weightor) {
      if (!(query instanceof TermInSetQuery set)) {
        return null;
      }
      List<Function<TermWeightor, QueryTree>> terms = new ArrayList<>();
      BytesRefIterator iterator = set.getBytesRefIterator();
      try {
        for (BytesRef term = iterator.next(); term != null; term = iterator.next()) {
          Term copy = new Term(set.getField(), BytesRef.deepCopyOf(term));
          terms.add(w -> QueryTree.term(copy, w));
        }
      } catch (IOException impossible) {
        throw new IllegalStateException(impossible);
      }
      return QueryTree.disjunction(terms, weightor);
    }
  }
}
