"""A Django site with django-otp on SQLite, and the export that the documentation shows."""

import os
import random
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from systems.old import Token, code, steps

NAME = "django-otp-" + version("django-otp")
USERS = 200
EXPORT = Path(__file__).parents[2] / "examples/python/export_django_otp.py"


def begin(folder: Path) -> None:
    """Make the site."""
    settings.configure(
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "site.sqlite3"}
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django_otp",
            "django_otp.plugins.otp_totp",
            "django_otp.plugins.otp_hotp",
            "django_otp.plugins.otp_static",
        ],
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def used(folder: Path, chance: random.Random) -> tuple[Path, list[Token]]:
    """Have users sign in by their devices, and mistype at times; then export all of it."""
    begin(folder)
    from django.contrib.auth.models import User  # noqa: PLC0415

    tokens: list[Token] = []
    for number in range(USERS):
        user = User.objects.create_user(f"user-{number}@example.org")
        kinds = (("totp",), ("hotp",), ("totp", "hotp"), ("totp", "static"))[number % 4]
        tokens += [DEVICES[kind](user, chance) for kind in kinds]
    here = Path.cwd()
    os.chdir(folder)
    try:
        exec(compile(EXPORT.read_text(), EXPORT.name, "exec"), {})  # noqa: S102
    finally:
        os.chdir(here)
    return folder / "devices.jsonl", tokens


def totp(user: Any, chance: random.Random) -> Token:
    """Sign in by a timed code, also of a clock that goes wrong."""
    from django_otp.plugins.otp_totp.models import TOTPDevice  # noqa: PLC0415

    period, digits = chance.choice([30, 60]), chance.choice([6, 8])
    # An unconfirmed device beside it is passed over.
    TOTPDevice.objects.create(user=user, confirmed=False)
    device = TOTPDevice.objects.create(user=user, name="phone", step=period, digits=digits)
    step, ahead = steps(period), chance.randint(-1, 1)
    typed(device, code(device.bin_key, step + ahead, digits), chance)
    last, following = (code(device.bin_key, step + ahead + at, digits) for at in (0, 1))
    return Token(str(user.pk), last, (step + ahead) * period, following, (step + 1) * period)


def hotp(user: Any, chance: random.Random) -> Token:
    """Sign in by a counter, with presses in between that were never typed."""
    from django_otp.plugins.otp_hotp.models import HOTPDevice  # noqa: PLC0415

    digits, counter = chance.choice([6, 8]), chance.randint(0, 5)
    device = HOTPDevice.objects.create(user=user, name="fob", digits=digits)
    typed(device, code(device.bin_key, counter, digits), chance)
    last, following = (code(device.bin_key, counter + at, digits) for at in (0, 1))
    return Token(str(user.pk), last, 0, following, 0)


def static(user: Any, chance: random.Random) -> Token:
    """Sign in by one of three static tokens."""
    from django_otp.plugins.otp_static.models import StaticDevice, StaticToken  # noqa: PLC0415

    device = StaticDevice.objects.create(user=user, name="paper")
    codes = [StaticToken.random_token() for _ in range(3)]
    for each in codes:
        device.token_set.create(token=each)
    typed(device, codes[0], chance)
    return Token(str(user.pk), codes[0], 0, codes[1], 0, "recovery-code")


def typed(device: Any, typed_code: str, chance: random.Random) -> None:
    """Have a code accepted; at times a wrong one follows."""
    if not device.verify_token(typed_code):
        raise SystemExit(f"{device.persistent_id}: {typed_code} was refused")
    if chance.random() < 0.2:  # noqa: PLR2004
        device.verify_token("0")


DEVICES = {"totp": totp, "hotp": hotp, "static": static}
