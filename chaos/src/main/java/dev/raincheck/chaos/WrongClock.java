package dev.raincheck.chaos;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Clock;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * An agent for a node's virtual machine that shifts its wall clock. The monotonic clock and all waits stay as
 * they are, which the library faketime does not manage: under it a timed wait returns at once.
 */
public final class WrongClock implements ClassFileTransformer {
  private static final ClassDesc INSTANT = ClassDesc.of("java.time.Instant");
  private static final String CLOCK = "java/time/Clock";
  private static final String SYSTEM_CLOCK = "java/time/Clock$SystemInstantSource";

  private final long seconds;

  private WrongClock(long seconds) {
    this.seconds = seconds;
  }

  /** Called by the virtual machine. */
  public static void premain(String seconds, Instrumentation machine) throws Exception {
    machine.addTransformer(new WrongClock(Long.parseLong(seconds)), true);
    machine.retransformClasses(Clock.class, Class.forName(SYSTEM_CLOCK.replace('/', '.')));
  }

  /** The argument for a virtual machine whose clock is to be off by so much. */
  static String argument(Path folder, int seconds) throws IOException {
    var jar = folder.resolve("wrong-clock.jar");
    if (!Files.exists(jar)) write(jar);
    return "-javaagent:" + jar + "=" + seconds;
  }

  private static void write(Path jar) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", WrongClock.class.getName());
    manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
    var name = WrongClock.class.getName().replace('.', '/') + ".class";
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        var code = WrongClock.class.getClassLoader().getResourceAsStream(name)) {
      if (code == null) throw new IOException("the program lacks its own class " + name);
      out.putNextEntry(new JarEntry(name));
      code.transferTo(out);
    }
  }

  @Override
  public byte @Nullable [] transform(
      ClassLoader loader, String name, Class<?> of, ProtectionDomain domain, byte[] code) {
    return switch (name) {
      case CLOCK -> shifted(code, "currentInstant");
      case SYSTEM_CLOCK -> shifted(code, "millis");
      default -> null;
    };
  }

  /** The class with something added to what this method returns: an instant, or milliseconds. */
  private byte[] shifted(byte[] code, String method) {
    CodeTransform shift =
        (builder, element) -> {
          if (element instanceof ReturnInstruction end) {
            if (end.opcode() == Opcode.LRETURN) builder.loadConstant(seconds * 1_000).ladd();
            else builder.loadConstant(seconds).invokevirtual(INSTANT, "plusSeconds", MethodTypeDesc.of(INSTANT, ConstantDescs.CD_long));
          }
          builder.with(element);
        };
    var file = ClassFile.of();
    return file.transformClass(
        file.parse(code),
        ClassTransform.transformingMethodBodies(one -> one.methodName().equalsString(method), shift));
  }
}
