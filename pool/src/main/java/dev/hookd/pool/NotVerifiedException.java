package dev.hookd.pool;

/** There is nothing to compare; the outcome says why. Never leaves the verifier. */
final class NotVerifiedException extends Exception {

  private final transient Verification verification;

  private NotVerifiedException(Verification verification) {
    super(verification.detail());
    this.verification = verification;
  }

  static NotVerifiedException skipped(String reason) {
    return new NotVerifiedException(Verification.skipped(reason));
  }

  static NotVerifiedException failed(String reason) {
    return new NotVerifiedException(Verification.failed(reason));
  }

  Verification verification() {
    return verification;
  }
}
