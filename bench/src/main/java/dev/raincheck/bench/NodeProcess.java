package dev.raincheck.bench;

import dev.raincheck.server.config.LogConfig;
import dev.raincheck.server.log.Logging;
import dev.raincheck.server.serve.Node;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A node in a process of its own: {@code NodeProcess <folder> <yaml>}. Its first line of output is its port; each line of
 * input is answered: {@code effort} with the ledger's batches, commands, busy nanoseconds and those in the store; else with what
 * was seen of starts since the last one, as {@code <count> <p50 ns> <p99 ns>}.
 */
final class NodeProcess {
  private NodeProcess() {}

  public static void main(String[] args) throws Exception {
    Logging.configure(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.ERROR), System.err);
    var types = new Types();
    var node = Node.start(Bench.config(Path.of(args[0]), args[1]), types.all(), broken -> System.exit(1));
    System.out.println(node.publicUrl().getPort());
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("effort")) {
        var effort = node.raincheck().engine().ledger().effort();
        System.out.println(
            effort.batches() + " " + effort.commands() + " " + effort.busy().toNanos() + " " + effort.inStore().toNanos());
        continue;
      }
      var starts = types.starts();
      System.out.println(
          starts.getTotalCount() + " " + starts.getValueAtPercentile(50) + " " + starts.getValueAtPercentile(99));
      starts.reset();
    }
    node.close();
    System.exit(0); // Threads of what was measured may linger.
  }
}
