"""Makes the database, serves it on a free port of the loopback address, and says where: python3 -m server.

It ends when its standard input does, so that it does not outlive the test that started it.
"""

import os
import sys
from threading import Thread

import django
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "server.settings"
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)

    from django.contrib.auth.models import User
    from rest_framework.authtoken.models import Token

    for name, token, staff in zip(("reader", "support", "guest"), sys.argv[2:], (True, False, False)):
        user = User.objects.create_user(name, password=sys.argv[1], is_staff=staff)
        Token.objects.create(user=user, key=token)

    server = ThreadedWSGIServer(("127.0.0.1", 0), Silent)
    server.set_app(get_wsgi_application())
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    os._exit(0)  # whatever a request may wait for


main()
