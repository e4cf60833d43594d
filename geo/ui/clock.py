"""What day it is where the deployment is: the one place where the app's pages ask."""

from datetime import date, datetime

from geo import settings


def now() -> datetime:
    """Return the moment, in the deployment's time zone."""
    return datetime.now(settings.load().timezone)


def today() -> date:
    """Return the day, in the deployment's time zone."""
    return now().date()
