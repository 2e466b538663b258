package org.wirewatch.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.monitor.CustomQueryHandler;
import org.apache.lucene.monitor.MatchingQueries;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.Presearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.RegexpQueryHandler;
import org.apache.lucene.monitor.TermFilteredPresearcher;
import org.apache.lucene.monitor.TermWeightor;
import org.apache.lucene.search.IndexSearcher;

/**
 * How many articles a second of processor time Lucene Monitor matches. Its arguments: rules.jsonl, articles.jsonl, where
 * to write matches, passes of the presearcher (0: TermFilteredPresearcher), at most how many seconds to warm up, how many
 * to measure. Prints one line of JSON.
 */
public final class Bench {
  private static final int WINDOWS = 5;
  private static final int QUIET_SECONDS = 3;
  private static final int QUIET_MILLISECONDS = 150;
  private static final OperatingSystemMXBean CLOCK =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static long sum;

  private Bench() {}

  public static void main(String[] arguments) {
    try {
      System.out.println(measured(arguments));
      System.exit(0); // the monitor's own thread would go on
    } catch (Exception error) {
      error.printStackTrace();
      System.exit(1);
    }
  }

  private static JsonObject measured(String[] arguments) throws IOException {
    IndexSearcher.setDefaultQueryCache(null); // an article is in no cache: the default only costs time here
    List<String[]> tokens = new ArrayList<>();
    List<Document> articles = articles(Path.of(arguments[1]), tokens);
    long started = CLOCK.getProcessCpuTime();
    Translation translation = new Translation();
    List<MonitorQuery> rules = rules(Path.of(arguments[0]), translation);
    Writers writers = new Writers();
    Presearcher presearcher = presearcher(Integer.parseInt(arguments[3]), translation, frequencies(tokens));
    Monitor monitor = new Monitor(new KeywordAnalyzer(), presearcher, writers);
    monitor.register(rules);
    writers.writer.forceMerge(1);
    monitor.register(List.of()); // makes what was merged visible
    double buildSeconds = (CLOCK.getProcessCpuTime() - started) / 1e9;
    long candidates = writeMatches(monitor, articles, Path.of(arguments[2]));
    warmUp(monitor, articles, Double.parseDouble(arguments[4]));
    double[] rates = new double[WINDOWS];
    for (int i = 0; i < WINDOWS; i++) {
      rates[i] = run(monitor, articles, Double.parseDouble(arguments[5]) / WINDOWS);
    }
    Arrays.sort(rates);
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    JsonObject result = new JsonObject();
    result.addProperty("build_seconds", buildSeconds);
    result.addProperty("heap_bytes", runtime.totalMemory() - runtime.freeMemory());
    result.addProperty("candidates_per_article", (double) candidates / articles.size());
    result.addProperty("articles_per_second", rates[WINDOWS / 2]);
    return result;
  }

  /** Go on until the compiler has had next to nothing to do for some seconds, or for `most` seconds. */
  private static void warmUp(Monitor monitor, List<Document> articles, double most) throws IOException {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    int quiet = 0;
    for (int second = 0; second < most && quiet < QUIET_SECONDS; second++) {
      long compiling = compiler.getTotalCompilationTime();
      run(monitor, articles, 1);
      long spent = compiler.getTotalCompilationTime() - compiling;
      quiet = spent < QUIET_MILLISECONDS ? quiet + 1 : 0;
    }
  }

  private static Presearcher presearcher(int passes, Translation translation, Map<String, Integer> frequencies) {
    List<CustomQueryHandler> handlers = new ArrayList<>();
    handlers.add(new Handlers.Sets());
    if (translation.hasPrefixes()) {
      handlers.add(new Handlers.Prefixes());
    }
    if (translation.hasOtherWildcards()) {
      handlers.add(new RegexpQueryHandler());
    }
    TermWeightor weightor = TermWeightor.termFreqWeightor(frequencies, 1, 0); // rarest first
    return passes == 0
        ? new TermFilteredPresearcher(weightor, handlers, Set.of())
        : new MultipassTermFilteredPresearcher(passes, 0, weightor, handlers, Set.of());
  }

  /** In how many of the articles each term is, and each beginning of a term. */
  private static Map<String, Integer> frequencies(List<String[]> articles) {
    Map<String, Integer> found = new HashMap<>();
    for (String[] tokens : articles) {
      Set<String> terms = new HashSet<>(Arrays.asList(tokens));
      for (String term : new ArrayList<>(terms)) {
        for (int end = 2; end <= term.length(); end++) {
          terms.add(term.substring(0, end) + Handlers.PREFIX);
        }
      }
      terms.forEach(term -> found.merge(term, 1, Integer::sum));
    }
    return found;
  }

  private static List<Document> articles(Path path, List<String[]> tokens) throws IOException {
    List<Document> articles = new ArrayList<>();
    for (String line : Files.readAllLines(path)) {
      JsonObject article = JsonParser.parseString(line).getAsJsonObject();
      String[] title = strings(article.getAsJsonArray("title"));
      String[] body = strings(article.getAsJsonArray("body"));
      String[] all = Arrays.copyOf(title, title.length + body.length);
      System.arraycopy(body, 0, all, title.length, body.length);
      tokens.add(all);
      char[][] characters = Arrays.stream(all).map(String::toCharArray).toArray(char[][]::new);
      Document document = new Document();
      document.add(new TextField(Translation.TEXT, new Tokens(characters, title.length)));
      articles.add(document);
    }
    return articles;
  }

  private static String[] strings(JsonArray array) {
    return array.asList().stream().map(element -> element.getAsString()).toArray(String[]::new);
  }

  private static List<MonitorQuery> rules(Path path, Translation translation) throws IOException {
    List<MonitorQuery> rules = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(path)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonArray rule = JsonParser.parseString(line).getAsJsonArray();
        rules.add(new MonitorQuery(rule.get(0).getAsString(), translation.query(rule.get(1).getAsJsonArray())));
      }
    }
    return rules;
  }

  private static long writeMatches(Monitor monitor, List<Document> articles, Path path) throws IOException {
    long candidates = 0;
    try (BufferedWriter writer = Files.newBufferedWriter(path)) {
      for (Document article : articles) {
        MatchingQueries<QueryMatch> found = monitor.match(article, QueryMatch.SIMPLE_MATCHER);
        if (!found.getErrors().isEmpty()) {
          throw new IllegalStateException(found.getErrors().values().iterator().next());
        }
        candidates += found.getQueriesRun();
        TreeSet<String> ids = new TreeSet<>();
        found.getMatches().forEach(match -> ids.add(match.getQueryId()));
        writer.write(String.join(" ", ids));
        writer.newLine();
      }
    }
    return candidates;
  }

  /** Match the articles over and over; return how many a second of this process's time on a processor. */
  private static double run(Monitor monitor, List<Document> articles, double seconds) throws IOException {
    long started = CLOCK.getProcessCpuTime();
    long until = started + (long) (seconds * 1e9);
    int done = 0;
    while (done == 0 || CLOCK.getProcessCpuTime() < until) {
      Document article = articles.get(done++ % articles.size());
      sum += monitor.match(article, QueryMatch.SIMPLE_MATCHER).getMatchCount();
    }
    return done / ((CLOCK.getProcessCpuTime() - started) / 1e9);
  }

  /** Keeps the writer of the monitor's index, to make one segment of it once all rules are there. */
  private static final class Writers extends MonitorConfiguration {
    private IndexWriter writer;

    Writers() {
      setPurgeFrequency(1, TimeUnit.DAYS);
    }

    @Override
    public IndexWriter buildIndexWriter() throws IOException {
      writer = super.buildIndexWriter();
      return writer;
    }
  }
}
