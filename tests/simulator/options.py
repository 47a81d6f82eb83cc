# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's options, for its command line. Most of them can also be set while it runs."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field, fields
from typing import Any, Mapping, Optional, Sequence

from .inputs import Signed, checked
from .rate import KINDS


def _about(text: str, *, choices: Sequence[Any] = (), live: bool = True) -> dict[str, Any]:
    """Return the metadata of an option; ``live``: whether it can be set while the simulator runs."""
    return {"help": text, "choices": choices or None, "live": live}


@dataclass
class Options:
    """The options; all times are in seconds."""

    host: str = field(default="127.0.0.1", metadata=_about("address to listen on", live=False))
    port: int = field(default=0, metadata=_about("port to listen on; 0: any that is free", live=False))
    tls: bool = field(
        default=False, metadata=_about("serve https, with the certificate of a throw-away CA", live=False)
    )
    ca_file: Optional[str] = field(
        default=None, metadata=_about("file to write the certificate of that CA to (PEM)", live=False)
    )
    address_file: Optional[str] = field(
        default=None, metadata=_about("file to write the address to when it answers", live=False)
    )
    until_eof: bool = field(
        default=False,
        metadata=_about("stop when standard input ends, as it does when who started this ends", live=False),
    )
    instances: int = field(
        default=1, metadata=_about("how many there are, each with an address and a state of its own", live=False)
    )
    jobs: int = field(default=20, metadata=_about("how many jobs there are at the start", live=False))

    start_seconds: float = field(default=2.0, metadata=_about("time from an accepted create or restart until RUNNING"))
    stop_seconds: float = field(default=1.0, metadata=_about("time from an accepted stop until KILLED"))
    delete_seconds: float = field(default=0.0, metadata=_about("time from an accepted delete until the job is gone"))
    latency: float = field(default=0.0, metadata=_about("time added to each request"))
    token_seconds: float = field(default=86400.0, metadata=_about("lifetime of a token"))
    stale_seconds: float = field(default=0.0, metadata=_about("how old what reads of jobs show may be"))
    stale_reads: str = field(
        default="lag",
        metadata=_about("reads show what was then, or at random that or what is now", choices=("lag", "random")),
    )
    clock_offset: Signed = field(
        default=Signed(0.0),
        metadata=_about("how far its clock is ahead; what is signed more than 900 s off is refused"),
    )
    seed: int = field(default=0, metadata=_about("seed of all that is drawn at random; set, drawing begins anew"))

    rate_limit: int = field(default=0, metadata=_about("how many requests are admitted in each period; 0: all"))
    rate_period: float = field(default=1.0, metadata=_about("that period"))
    rate_kind: str = field(default="fixed", metadata=_about("how they are counted", choices=tuple(KINDS)))
    rate_retry_after: str = field(
        default="seconds", metadata=_about("Retry-After of a 429", choices=("seconds", "date", "none"))
    )

    bodies: bool = field(default=False, metadata=_about("keep the bodies of requests and answers in the log"))

    error_field: str = field(
        default="error_message",
        metadata=_about("name of the text in ModelArts' errors", choices=("error_message", "error_msg")),
    )
    refusal_status: int = field(default=400, metadata=_about("HTTP status of ModelArts' refusals", choices=(400, 200)))
    id_type: str = field(default="number", metadata=_about("type of job_id in answers", choices=("number", "string")))
    encoding: str = field(
        default="utf-8",
        metadata=_about("encoding of answers", choices=("utf-8", "utf-8-sig", "utf-16", "latin-1", "gbk")),
    )
    success_field: str = field(
        default="present",
        metadata=_about("is_success in the answer to an accepted request", choices=("present", "absent", "string")),
    )
    missing: int = field(
        default=404, metadata=_about("HTTP status of the answer for a job that does not exist", choices=(404, 400, 200))
    )
    details_refusal: str = field(
        default="flagged",
        metadata=_about("is_success in the refusal of details: false, or none at all", choices=("flagged", "bare")),
    )
    created_url: str = field(
        default="present", metadata=_about("service_url in the answer to a create", choices=("present", "absent"))
    )
    schedule_shape: str = field(
        default="list",
        metadata=_about("shapes of schedule that a create accepts", choices=("list", "object", "both")),
    )
    most_per_page: int = field(default=1000, metadata=_about("the largest per_page that is accepted"))
    catalog: str = field(
        default="modelarts",
        metadata=_about(
            "how a token's catalog lists ModelArts: with version and project; with two versions; bare; by the types of the "
            "other client; not at all",
            choices=("modelarts", "versions", "bare", "other", "none"),
        ),
    )
    unknown_restart: str = field(
        default="accept", metadata=_about("restarts from a status of unknown group", choices=("accept", "refuse"))
    )

    user: str = field(default="demo-user", metadata=_about("name of the IAM user"))
    password: str = field(default="demo-Passw0rd!secret", metadata=_about("password of the IAM user"))
    user_id: str = field(default="simulated-user", metadata=_about("ID of the IAM user"))
    account: str = field(default="demo-account", metadata=_about("name of the account (domain)"))
    account_id: str = field(default="d1", metadata=_about("ID of the account"))
    access_key: str = field(default="SIMULATORAK0000000001", metadata=_about("access key (AK)"))
    secret_key: str = field(default="simulator-secret-key-0123456789abcdef", metadata=_about("secret key (SK)"))
    security_token: Optional[str] = field(default=None, metadata=_about("security token that the access key needs"))
    token: Optional[str] = field(default=None, metadata=_about("a token that is valid from the start"))
    keystone: Optional[str] = field(
        default=None, metadata=_about("address of a Keystone (without /v3) to ask whether a token is valid")
    )
    region: str = field(default="eu-de", metadata=_about("region, and name of the first project", live=False))
    project_id: str = field(
        default="0123456789abcdef0123456789abcdef", metadata=_about("ID of the first project", live=False)
    )

    def __post_init__(self) -> None:
        _check_period(vars(self))

    def clock(self) -> float:
        """Return the time of the simulator's clock, in seconds since the epoch."""
        return time.time() + self.clock_offset

    def change(self, values: Any) -> None:
        """Set options while the simulator runs. Raises ValueError, and sets none, if one of them is invalid."""
        live = {entry.name: entry for entry in fields(self) if entry.metadata["live"]}
        for name, value in checked(Options, values, live).items():
            choices = live[name].metadata["choices"]
            if choices and value not in choices:
                raise ValueError(f"{name} must be one of {', '.join(map(str, choices))}")
        _check_period(values)
        for name, value in values.items():
            setattr(self, name, value)


def _check_period(values: Mapping[str, Any]) -> None:
    if values.get("rate_period") == 0:
        raise ValueError("rate_period must be more than 0")


def parse(arguments: Optional[Sequence[str]] = None) -> Options:
    """Return the options of a command line."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    for entry in fields(Options):
        flag = "--" + entry.name.replace("_", "-")
        text = entry.metadata["help"]
        if isinstance(entry.default, bool):
            parser.add_argument(flag, action="store_true", help=text)
        else:
            kind = type(entry.default) if entry.default is not None else str
            parser.add_argument(flag, type=kind, default=entry.default, choices=entry.metadata["choices"], help=text)
    values = vars(parser.parse_args(arguments))
    if values["ca_file"] and not values["tls"]:
        parser.error("--ca-file needs --tls")
    try:
        return Options(**checked(Options, values, values))
    except ValueError as error:
        parser.error(str(error))
