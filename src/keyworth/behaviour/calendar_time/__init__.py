"""Purchases that come by season: a clock of purchases, and the models that run by it.

A door of its own: `keyworth.behaviour` does not load it, for most questions are asked without a calendar.
"""

from keyworth.behaviour.calendar_time import rhythms
from keyworth.behaviour.calendar_time.by_week import Weeks, ahead_by_week, discounted_if_alive, tracking
from keyworth.behaviour.calendar_time.calendar import Calendar
from keyworth.behaviour.calendar_time.calendar_model import CALENDAR_MODELS, CalendarModel
from keyworth.behaviour.calendar_time.choosing import CalendarChoice, Candidate, choose_calendar
from keyworth.behaviour.calendar_time.clock import PurchaseClock, centred
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.fit import CalendarFit, Season
from keyworth.behaviour.calendar_time.own_columns import OwnColumns, OwnHistories
from keyworth.behaviour.calendar_time.own_fit import OWN_COLUMNS_MODELS, OwnColumnsModel, OwnFit
from keyworth.behaviour.calendar_time.saved_calendar_fits import (
    load_calendar_fit,
    load_own_columns_fit,
    save_calendar_fit,
    save_own_columns_fit,
)
from keyworth.behaviour.calendar_time.spring_festivals import SPRING_FESTIVAL_DAYS

__all__ = [
    "CALENDAR_MODELS",
    "OWN_COLUMNS_MODELS",
    "SPRING_FESTIVAL_DAYS",
    "Calendar",
    "CalendarChoice",
    "CalendarFit",
    "CalendarModel",
    "Candidate",
    "DatedHistories",
    "OwnColumns",
    "OwnColumnsModel",
    "OwnFit",
    "OwnHistories",
    "PurchaseClock",
    "Season",
    "Weeks",
    "ahead_by_week",
    "centred",
    "choose_calendar",
    "discounted_if_alive",
    "load_calendar_fit",
    "load_own_columns_fit",
    "rhythms",
    "save_calendar_fit",
    "save_own_columns_fit",
    "tracking",
]
