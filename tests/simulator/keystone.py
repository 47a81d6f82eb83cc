# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens of a real Keystone: who brings one is asked about there, with every request."""

from __future__ import annotations

import math

import aiohttp

from .state import State, Token


async def look_up(state: State, token: str) -> None:
    """Let the token be known for what Keystone says of it now: one that was good and is not any more has expired."""
    headers = {"X-Auth-Token": token, "X-Subject-Token": token}
    address = f"{state.options.keystone}/v3/auth/tokens?nocatalog"
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        if answer.status == 200:
            project = (await answer.json())["token"].get("project", {})
            state.tokens[token] = Token(project.get("id", ""), math.inf)
        elif token in state.tokens:
            state.tokens[token].expires_at = state.now()
