package dev.hookd.frontend.interpreter;

/** Where an interpreter was found; earlier ones are looked at first. */
public enum PythonSource {
  /** The variable {@code HOOKD_PYTHON} names it. */
  HOOKD_PYTHON("HOOKD_PYTHON"),
  /** It is the one of the active virtual environment. */
  VIRTUAL_ENV("virtual environment"),
  /** It is a command of PATH. */
  PATH("PATH"),
  /** pyenv has it installed. */
  PYENV("pyenv"),
  /** uv has it installed. */
  UV("uv"),
  /** It is where systems usually have interpreters, although PATH does not lead there. */
  SYSTEM("system");

  private final String title;

  PythonSource(String title) {
    this.title = title;
  }

  /** For people. */
  @Override
  public String toString() {
    return title;
  }
}
