package dev.raincheck.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.raincheck.server.config.JwtAlgorithm;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A public key of an issuer, and what it may be used for. Safe for use by several threads. */
final class SigningKey {
  private static final Set<JwtAlgorithm> RSA =
      EnumSet.of(
          JwtAlgorithm.RS256, JwtAlgorithm.RS384, JwtAlgorithm.RS512,
          JwtAlgorithm.PS256, JwtAlgorithm.PS384, JwtAlgorithm.PS512);

  // Shorter ones can be broken; longer ones, and bigger exponents, only make checking slow.
  private static final int RSA_BITS_MIN = 2_048;
  private static final int RSA_BITS_MAX = 8_192;
  private static final int RSA_EXPONENT_BITS_MAX = 32;

  private final @Nullable String id;
  private final Set<JwtAlgorithm> algorithms;
  private final Check check;

  private interface Check {
    boolean holds(JwtAlgorithm algorithm, byte[] signed, byte[] signature)
        throws JOSEException, GeneralSecurityException;
  }

  private SigningKey(@Nullable String id, Set<JwtAlgorithm> algorithms, Check check) {
    this.id = id;
    this.algorithms = algorithms;
    this.check = check;
  }

  /**
   * @param json one entry of a JWK set
   * @return empty if it is not for signatures, of a kind that is not used here, or broken
   */
  static Optional<SigningKey> read(String json) {
    try {
      var jwk = JWK.parse(json);
      return isForSignatures(jwk) ? of(jwk) : Optional.empty();
    } catch (ParseException | JOSEException | GeneralSecurityException | RuntimeException unusable) {
      return Optional.empty();
    }
  }

  private static boolean isForSignatures(JWK jwk) {
    return (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE))
        && (jwk.getKeyOperations() == null
            || jwk.getKeyOperations().contains(KeyOperation.VERIFY));
  }

  /** By the key's own kind, never by what a token says: a public key is no shared secret. */
  private static Optional<SigningKey> of(JWK jwk) throws JOSEException, GeneralSecurityException {
    return switch (jwk) {
      case RSAKey rsa -> of(jwk, rsa.toRSAPublicKey());
      case ECKey ec -> {
        var algorithm = algorithm(ec.getCurve());
        yield algorithm == null
            ? Optional.empty()
            : of(jwk, EnumSet.of(algorithm), by(new ECDSAVerifier(ec.toECPublicKey())));
      }
      case OctetKeyPair pair when pair.getCurve().equals(Curve.Ed25519) -> {
        var key = Ed25519.key(pair.getX().decode());
        yield of(
            jwk, EnumSet.of(JwtAlgorithm.EDDSA), (_, signed, signature) -> holds(key, signed, signature));
      }
      default -> Optional.empty();
    };
  }

  private static Optional<SigningKey> of(JWK jwk, RSAPublicKey key) throws JOSEException {
    int bits = key.getModulus().bitLength();
    boolean sane =
        bits >= RSA_BITS_MIN
            && bits <= RSA_BITS_MAX
            && key.getPublicExponent().testBit(0)
            && key.getPublicExponent().bitLength() > 1
            && key.getPublicExponent().bitLength() <= RSA_EXPONENT_BITS_MAX;
    return sane ? of(jwk, RSA, by(new RSASSAVerifier(key))) : Optional.empty();
  }

  private static Optional<SigningKey> of(JWK jwk, Set<JwtAlgorithm> possible, Check check) {
    var algorithms = EnumSet.copyOf(possible);
    if (jwk.getAlgorithm() != null) {
      var own = JwtAlgorithm.of(jwk.getAlgorithm().getName());
      algorithms.removeIf(each -> own.isEmpty() || each != own.get());
    }
    return algorithms.isEmpty()
        ? Optional.empty()
        : Optional.of(new SigningKey(jwk.getKeyID(), algorithms, check));
  }

  private static @Nullable JwtAlgorithm algorithm(Curve curve) {
    if (curve.equals(Curve.P_256)) return JwtAlgorithm.ES256;
    if (curve.equals(Curve.P_384)) return JwtAlgorithm.ES384;
    return curve.equals(Curve.P_521) ? JwtAlgorithm.ES512 : null;
  }

  /** The header is ours, so nothing of the token's decides how it is checked. */
  private static Check by(JWSVerifier verifier) {
    return (algorithm, signed, signature) ->
        verifier.verify(
            new JWSHeader(JWSAlgorithm.parse(algorithm.word())),
            signed,
            Base64URL.encode(signature));
  }

  private static boolean holds(PublicKey key, byte[] signed, byte[] signature)
      throws GeneralSecurityException {
    var verifier = Signature.getInstance(Ed25519.NAME);
    verifier.initVerify(key);
    verifier.update(signed);
    return verifier.verify(signature);
  }

  /** As in the set; null if it has none. */
  @Nullable String id() {
    return id;
  }

  boolean isFor(JwtAlgorithm algorithm) {
    return algorithms.contains(algorithm);
  }

  /** Whether the signature was made with this key. */
  boolean verifies(JwtAlgorithm algorithm, byte[] signed, byte[] signature) {
    try {
      return check.holds(algorithm, signed, signature);
    } catch (JOSEException | GeneralSecurityException | RuntimeException wrong) {
      return false; // A signature of a wrong length or form is as wrong as any.
    }
  }
}
