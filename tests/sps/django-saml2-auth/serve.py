"""Makes the database, loads samlproof's configuration and serves, all in this one process."""

import os
import signal
import sys

from portal.configuration import CannotHold


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    # Before anything slow, so that a stop is a stop at any moment.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        application = prepare()
    except CannotHold as error:
        sys.exit(f"SAMLPROOF_CONFIG: {error}")
    import waitress
    from django.conf import settings

    waitress.serve(application, host="127.0.0.1", port=int(settings.PORT), threads=8, ident=None)


def prepare():
    from django.conf import settings
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    call_command("migrate", verbosity=0, interactive=False)
    settings.CONFIGURATION.load()
    return application


if __name__ == "__main__":
    main()
