# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens of a real Keystone, which is asked about the token of every request."""

from __future__ import annotations

import math

import aiohttp

from .state import State, Token


async def look_up(state: State, token: str) -> None:
    """Record what Keystone says about the token now. A token that was valid and is not any more has expired."""
    headers = {"X-Auth-Token": token, "X-Subject-Token": token}
    address = f"{state.options.keystone}/v3/auth/tokens?nocatalog"
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        if answer.status == 200:
            project = (await answer.json())["token"].get("project", {})
            state.tokens[token] = Token(project.get("id", ""), math.inf)
        elif token in state.tokens:
            state.tokens[token].expires_at = state.now()
