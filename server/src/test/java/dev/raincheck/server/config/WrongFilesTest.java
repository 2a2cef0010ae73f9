package dev.raincheck.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every mistake in wrong-files.txt is refused with exactly the text that stands below it. */
class WrongFilesTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("TOKEN", "t-12345", "EMPTY", "");

  @TempDir Path folder;

  @BeforeEach
  void files_that_the_cases_name() throws IOException {
    Files.writeString(folder.resolve("broken.json"), "{\"type\":\n \"object\",}");
    Files.writeString(folder.resolve("list.json"), "[1]");
    Files.writeString(folder.resolve("empty.txt"), "\n");
  }

  @TestFactory
  Stream<DynamicTest> is_refused() throws IOException {
    try (var table = getClass().getResourceAsStream("wrong-files.txt")) {
      var text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split("(?m)^## ")).skip(1).map(this::refused);
    }
  }

  private DynamicTest refused(String wrong) {
    var name = wrong.lines().findFirst().orElseThrow();
    var parts = wrong.substring(name.length() + 1).split("(?m)^=>\n");
    assertThat(parts).as(name).hasSize(2);
    return DynamicTest.dynamicTest(
        name, () -> assertThat(errors(parts[0])).isEqualTo(parts[1].strip()));
  }

  private String errors(String yaml) {
    var bytes = yaml.getBytes(StandardCharsets.UTF_8);
    return switch (ConfigFile.parse("raincheck.yaml", folder, bytes, ENVIRONMENT::get)) {
      case Loaded.Valid(var config) -> "valid: " + config;
      case Loaded.Invalid invalid -> invalid.toString();
    };
  }
}
