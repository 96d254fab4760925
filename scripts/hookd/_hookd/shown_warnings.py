"""Reports the warnings that Python shows, without changing what it shows or when."""

import warnings

from .tracebacks import class_name


def report_to(send):
    """From now on every warning that Python prints is also passed to send(dict).

    The wrapped function is where both the C and the Python half of the warnings machinery end, after the filters, and
    behind warnings.showwarning, so code that replaces that one (logging.captureWarnings) or records warnings works as ever.
    """
    show = warnings._showwarnmsg_impl

    def _showwarnmsg_impl(msg):
        send(
            {
                "message": str(msg.message),
                "category": class_name(msg.category),
                "filename": str(msg.filename),
                "lineno": msg.lineno,
            }
        )
        show(msg)

    warnings._showwarnmsg_impl = _showwarnmsg_impl
