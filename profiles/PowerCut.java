import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;

/** The client of the power-cut profile: submits and writes down what was acknowledged, or checks it. */
void main(String[] arguments) throws Exception {
  int port = Integer.parseInt(arguments[1]);
  var acknowledged = Path.of(arguments[2]);
  try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
    if (arguments[0].equals("load")) load(client, port, acknowledged);
    else System.exit(check(client, port, acknowledged));
  }
}

/** Clients that submit one after the other, each until it gets no 202 any more. */
void load(HttpClient client, int port, Path acknowledged) throws Exception {
  var clients = new ArrayList<Thread>();
  try (var out = Files.newBufferedWriter(acknowledged, StandardOpenOption.APPEND)) {
    for (int i = 0; i < 16; i++) {
      var prefix = "p" + i + "-";
      clients.add(Thread.startVirtualThread(() -> submit(client, port, prefix, out)));
    }
    for (var one : clients) one.join();
  }
}

void submit(HttpClient client, int port, String prefix, BufferedWriter out) {
  try {
    for (int i = 0; ; i++) {
      var answer = submit(client, port, prefix + i);
      if (answer.statusCode() != 202) return;
      synchronized (out) {
        out.write("%s %s%n".formatted(prefix + i, id(answer)));
        out.flush();
      }
    }
  } catch (IOException cut) {
    // The power is off.
  } catch (InterruptedException stopped) {
    Thread.currentThread().interrupt();
  }
}

/** Every key must still mean the operation that it meant; 1 if one does not. */
int check(HttpClient client, int port, Path acknowledged) throws Exception {
  int kept = 0;
  int lost = 0;
  for (var line : Files.readAllLines(acknowledged)) {
    var words = line.split(" ");
    var answer = client.send(request(port, "/v1/operations/" + words[1]).GET().build(), BodyHandlers.ofString());
    boolean there = answer.statusCode() == 202 || answer.statusCode() == 200;
    var again = submit(client, port, words[0]);
    boolean same = id(again).equals(words[1]) && again.headers().firstValue("Idempotency-Replayed").isPresent();
    if (there && same) {
      kept++;
    } else {
      lost++;
      System.out.printf("%s: %d, its key again: %d %s%n", line, answer.statusCode(), again.statusCode(), id(again));
    }
  }
  System.out.printf("acknowledged %d, kept %d, lost %d%n", kept + lost, kept, lost);
  return lost == 0 && kept > 0 ? 0 : 1;
}

HttpResponse<String> submit(HttpClient client, int port, String key) throws IOException, InterruptedException {
  var request =
      request(port, "/v1/operations/waits")
          .header("Idempotency-Key", key)
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString("{\"key\":\"%s\"}".formatted(key)));
  return client.send(request.build(), BodyHandlers.ofString());
}

HttpRequest.Builder request(int port, String path) {
  return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path))).timeout(Duration.ofSeconds(30));
}

/** The operation's, from its Location. */
String id(HttpResponse<?> answer) {
  var location = answer.headers().firstValue("Location").orElse("/none");
  return location.substring(location.lastIndexOf('/') + 1);
}
