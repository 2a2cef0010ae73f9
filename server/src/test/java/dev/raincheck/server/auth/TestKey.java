package dev.raincheck.server.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;

/** A key pair of an issuer: signs with the JDK alone, so that nothing is tested against itself. */
public final class TestKey {
  final String id;
  final KeyPair pair;

  private TestKey(String id, KeyPair pair) {
    this.id = id;
    this.pair = pair;
  }

  public static TestKey rsa(String id) {
    return rsa(id, 2_048);
  }

  static TestKey rsa(String id, int bits) {
    return make(() -> {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return new TestKey(id, generator.generateKeyPair());
    });
  }

  static TestKey ec(String id, int bits) {
    return make(() -> {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp%dr1".formatted(bits)));
      return new TestKey(id, generator.generateKeyPair());
    });
  }

  static TestKey ed25519(String id) {
    return make(() -> new TestKey(id, KeyPairGenerator.getInstance("Ed25519").generateKeyPair()));
  }

  /** As an entry of a JWK set. */
  String jwk() {
    return jwk("");
  }

  /**
   * @param more members, each with a comma before it
   */
  String jwk(String more) {
    var kind =
        switch (pair.getPublic()) {
          case RSAPublicKey rsa ->
              "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
                  .formatted(base64(unsigned(rsa.getModulus(), 0)), base64(unsigned(rsa.getPublicExponent(), 0)));
          case ECPublicKey ec -> {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            int length = (bits + 7) / 8;
            yield "\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"%s\",\"y\":\"%s\""
                .formatted(
                    bits, base64(unsigned(ec.getW().getAffineX(), length)),
                    base64(unsigned(ec.getW().getAffineY(), length)));
          }
          case EdECPublicKey ed -> {
            byte[] y = unsigned(ed.getPoint().getY(), 32);
            byte[] x = new byte[32];
            for (int i = 0; i < 32; i++) x[i] = y[31 - i];
            if (ed.getPoint().isXOdd()) x[31] |= (byte) 0x80;
            yield "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"".formatted(base64(x));
          }
          default -> throw new AssertionError(pair.getPublic());
        };
    return "{\"kid\":\"%s\",%s%s}".formatted(id, kind, more);
  }

  /** A token with a header of this algorithm and this key's id. */
  public String token(String algorithm, String claims) {
    return token(algorithm, "{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, id), claims);
  }

  /** A token whose header may say anything, really signed in this way. */
  String token(String algorithm, String header, String claims) {
    var signed = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
    return signed + "." + base64(sign(algorithm, signed.getBytes(UTF_8)));
  }

  byte[] sign(String algorithm, byte[] bytes) {
    return make(() -> {
      var signature = signature(algorithm);
      signature.initSign(pair.getPrivate());
      signature.update(bytes);
      return signature.sign();
    });
  }

  private static Signature signature(String algorithm) throws GeneralSecurityException {
    var hash = "SHA" + algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> Signature.getInstance(hash + "withRSA");
      case "ES" -> Signature.getInstance(hash + "withECDSAinP1363Format");
      case "PS" -> {
        var pss = Signature.getInstance("RSASSA-PSS");
        int bits = Integer.parseInt(algorithm.substring(2));
        pss.setParameter(
            new PSSParameterSpec("SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
        yield pss;
      }
      default -> Signature.getInstance("Ed25519");
    };
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** @param length to be filled up to; 0 for as short as it goes */
  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    int skip = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
    int own = bytes.length - skip;
    var out = new byte[Math.max(length, own)];
    System.arraycopy(bytes, skip, out, out.length - own, own);
    return out;
  }

  private interface Making<T> {
    T make() throws GeneralSecurityException;
  }

  private static <T> T make(Making<T> making) {
    try {
      return making.make();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
