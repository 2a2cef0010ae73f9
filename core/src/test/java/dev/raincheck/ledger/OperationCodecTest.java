package dev.raincheck.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperationCodecTest {
  /** As a count it is 2,147,483,647: a list of that many asks for more than any heap has. */
  private static final byte[] MANY = {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};

  static Stream<Operation> operations() {
    return Situation.all().stream().map(Situation::subject).filter(Objects::nonNull);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void a_row_damaged_anywhere_is_refused_as_such_or_read(Operation operation) {
    byte[] asked = OperationCodec.asked(operation);
    byte[] life = OperationCodec.life(operation);

    damagedEverywhere(asked, damaged -> OperationCodec.read(operation.id(), damaged, life));
    damagedEverywhere(life, damaged -> OperationCodec.read(operation.id(), asked, damaged));
  }

  @Test
  void a_segment_damaged_anywhere_is_refused_as_such_or_read() {
    byte[] entries = OperationCodec.entries(List.of(new Entry("s", Situation.ID, 1, "queued")));

    damagedEverywhere(entries, damaged -> OperationCodec.entries("s", damaged));
  }

  @Test
  void a_count_beyond_the_bytes_that_are_left_is_no_count() {
    byte[] entries = {1, 2 * 3, 0, 0};

    assertThatThrownBy(() -> OperationCodec.entries("s", entries))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("not in a format");
  }

  private static void damagedEverywhere(byte[] good, Consumer<byte[]> read) {
    for (int at = 0; at < good.length; at++) {
      byte[] damaged = Arrays.copyOf(good, Math.max(good.length, at + MANY.length));
      System.arraycopy(MANY, 0, damaged, at, MANY.length);
      refusedOrRead(damaged, read);
      refusedOrRead(Arrays.copyOf(good, at), read);
    }
  }

  private static void refusedOrRead(byte[] bytes, Consumer<byte[]> read) {
    var thrown = catchThrowable(() -> read.accept(bytes));
    if (thrown != null) assertThat(thrown).isInstanceOf(StoreException.class);
  }
}
