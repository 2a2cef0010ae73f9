package dev.raincheck.server.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@code raincheck.yaml}. */
public final class ConfigFile {
  /** Where the commands look when they are not told. */
  public static final Path DEFAULT_PATH = Path.of("raincheck.yaml");

  private static final int BYTES_MAX = 1024 * 1024;

  private ConfigFile() {}

  /**
   * Reads and checks a file. Paths in it are relative to its own folder.
   *
   * @param environment what {@code ${NAME}} stands for; {@code System::getenv} in a real process
   */
  public static Loaded read(Path file, Function<String, @Nullable String> environment) {
    try (var bytes = Files.newInputStream(file)) {
      return parse(file.toString(), folder(file), bytes.readNBytes(BYTES_MAX + 1), environment);
    } catch (NoSuchFileException absent) {
      return unreadable(file.toString(), Position.START, "the file is not there");
    } catch (IOException unreadable) {
      return unreadable(file.toString(), Position.START, "the file cannot be read");
    }
  }

  /**
   * Checks the text of a file.
   *
   * @param name as errors call it
   * @param folder where relative paths start
   */
  public static Loaded parse(
      String name, Path folder, byte[] yaml, Function<String, @Nullable String> environment) {
    var binding = new Binding(name, folder, new Substitution(environment));
    try {
      var config = ServerBinding.bind(binding.top(top(yaml, binding)));
      var errors = binding.errors();
      return errors.isEmpty() ? new Loaded.Valid(config) : new Loaded.Invalid(errors);
    } catch (TreeReader.Unreadable unreadable) {
      return unreadable(name, unreadable.at, String.valueOf(unreadable.getMessage()));
    }
  }

  static Tree.Mapping top(byte[] yaml, Binding binding) {
    Optional<Tree> tree =
        TreeReader.read(decode(yaml), (at, fault) -> binding.error(at, "", fault, null, null));
    if (tree.isPresent() && tree.get() instanceof Tree.Mapping mapping) return mapping;
    if (tree.isEmpty() || tree.get() instanceof Tree.Scalar scalar && scalar.isNull()) {
      return new Tree.Mapping(Position.START, new LinkedHashMap<>());
    }
    throw new TreeReader.Unreadable(tree.get().at(), "the file must hold keys and values");
  }

  private static String decode(byte[] yaml) {
    if (yaml.length > BYTES_MAX) {
      throw new TreeReader.Unreadable(Position.START, "the file is larger than 1 MiB");
    }
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(yaml)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException notText) {
      throw new TreeReader.Unreadable(Position.START, "the file is not UTF-8");
    }
  }

  private static Path folder(Path file) {
    var parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private static Loaded unreadable(String name, Position at, String reason) {
    return new Loaded.Invalid(List.of(new ConfigError(name, at, "", reason, null, null)));
  }
}
