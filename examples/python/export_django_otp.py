"""Writes django-otp's devices user by user: `manage.py shell < export_django_otp.py`."""

import os
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core import serializers
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

os.umask(0o077)  # It holds every key in clear.
with Path("devices.jsonl").open("w", encoding="ascii") as file:
    for user in get_user_model().objects.filter(is_active=True).order_by("pk").iterator():
        for model in (TOTPDevice, HOTPDevice, StaticDevice):
            serializers.serialize("jsonl", model.objects.filter(user=user), stream=file)
        tokens = StaticToken.objects.filter(device__user=user)
        serializers.serialize("jsonl", tokens, stream=file)
