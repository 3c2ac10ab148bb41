"""What is sent to each operation: a body its schema accepts, and the query it needs. `{owner_id}` and the like are
replaced by the ids of what it is called on."""

from typing import Any, Final

from tests.purchases.ubl import Doc

SINCE: Final = "2026-01-01"
DECIDED: Final = {"decided_on": "2026-01-10", "reference": "AG 10/01/2026, point 4"}
SHEET: Final = b"Lot;Type\nX1;Garage\n"
_BUILDING: Final = "/buildings/{building_id}"
_LINES: Final = [{"account": "61210", "cents": 1000}, {"account": "499", "cents": -1000}]
_CALL: Final = {
    "label": "Mine", "parts": [{"kind": "working", "cents": 100}],
    "instalments": [{"called_on": "2026-02-01", "due_on": "2026-03-01"}],
}  # fmt: skip
_REASON: Final = {"reason": "wrong"}

BODIES: Final[dict[str, Any]] = {
    "POST /auth/login": {"email": "x@example.be", "password": "wrong"},
    "POST /auth/refresh": {"refresh_token": "unknown"},
    "POST /auth/totp/confirm": {"code": "000000"},
    "POST /auth/totp/disable": {"code": "000000"},
    "POST /organizations": {"name": "Mine"},
    "PATCH /organizations/{organization_id}": {"name": "Mine"},
    "POST /buildings": {"organization_id": "{organization_id}", "name": "New", "deed_total": 10},
    f"PATCH {_BUILDING}": {"name": "Mine"},
    f"POST {_BUILDING}/shares": {"shares": {"{unit_id}": 300, "{other_unit_id}": 450}, **DECIDED},
    f"POST {_BUILDING}/import/preview": SHEET,
    f"POST {_BUILDING}/import": SHEET,
    f"PUT {_BUILDING}/import": SHEET,
    "POST /units": {"building_id": "{building_id}", "number": "X1", "kind": "garage", "share": 1},
    "POST /units/merge": {"unit_ids": ["{unit_id}", "{other_unit_id}"], "number": "T9", **DECIDED},
    "PATCH /units/{unit_id}": {"floor": 9},
    "POST /units/{unit_id}/split": {
        "parts": [{"number": "Ta", "share": 200}, {"number": "Tb", "share": 200}], **DECIDED,
    },
    "PUT /units/{unit_id}/mandatary": {"owner_id": "{owner_id}", "since": SINCE, "reference": "x"},
    "POST /units/{unit_id}/owners": {"owner_id": "{owner_id}", "percentage": 50},
    "PUT /units/{unit_id}/owners": {"owners": [{"owner_id": "{owner_id}", "percentage": 100}]},
    "PUT /units/{unit_id}/owners/{owner_id}/percentage": {"percentage": "1/2"},
    "POST /units/{unit_id}/owners/transfer": {
        "seller_id": "{owner_id}", "valid_from": SINCE, "to": [{"owner_id": "{other_owner_id}"}],
    },
    "POST /owners": {"organization_id": "{organization_id}", "name": "Mine"},
    "PATCH /owners/{owner_id}": {"lang": "nl"},
    "POST /documents/upload": {"file": ("x.txt", b"x", "text/plain")},
    "PATCH /documents/{document_id}/metadata": {"title": "Mine"},
    "POST /documents/bundles": {"ids": ["{document_id}"]},
    "PUT /financial/take-over/{building_id}": b"Compte;Debit;Credit\n551;10;0\n100;0;10\n",
    "POST /financial/entries/{building_id}": {"journal": "OD", "on": SINCE, "document_ref": "X", "lines": _LINES},
    "POST /financial/entry/{entry_id}/reverse": _REASON,
    "POST /financial/matching/{building_id}": {"line_ids": ["{open_line_id}", "{other_open_line_id}"]},
    "POST /bank/accounts/{building_id}": {"iban": "BE54 0000 0000 9797", "fund": "reserve"},
    "PATCH /bank/account/{bank_account_id}": {"holder": "Mine"},
    "POST /bank/statements/{building_id}": {"file": ("x.cod", b"x", "text/plain")},
    "PUT /bank/files/{building_id}": b"x",
    "POST /bank/statement/{statement_id}/remove": _REASON,
    "PATCH /bank/payer/{payer_id}": {"sole": True},
    "POST /bank/office/statements": {"file": ("x.cod", b"x", "text/plain")},
    "PUT /bank/office/files": b"x",
    "PUT /bank/movement/{movement_id}/shares": {"shares": [{"owner_id": "{owner_id}", "cents": 100}]},
    "POST /bank/movement/{movement_id}/undo": _REASON,
    f"POST {_BUILDING}/suppliers": {"name": "Mine"},
    f"PATCH {_BUILDING}/suppliers/{{supplier_id}}": {"version": 1, "name": "Mine"},
    f"POST {_BUILDING}/invoices": {"supplier_id": "{supplier_id}", "number": "X", "dated": SINCE},
    f"PUT {_BUILDING}/invoices/import": Doc().xml(),
    "PATCH /invoices/{invoice_id}": {"version": 1, "number": "Mine"},
    "POST /invoices/{invoice_id}/lines": {"net_cents": 100, "account": "61210", "divided_by": "lot:{unit_id}"},
    "PATCH /invoice-lines/{line_id}": {"version": 1, "divided_by": "lot:{unit_id}"},
    "POST /invoices/{invoice_id}/decisions": {"question": "twice"},
    "POST /invoices/{invoice_id}/payment": {"paid_by": "card"},
    "POST /invoices/{invoice_id}/reject": _REASON,
    "POST /invoices/{invoice_id}/reverse": _REASON,
    f"POST {_BUILDING}/payment-orders": {"bank_account_id": "{bank_account_id}", "invoice_ids": ["{invoice_id}"]},
    f"PATCH {_BUILDING}/charge-rules": {"four_eyes": True},
    f"POST {_BUILDING}/calls": _CALL,
    f"POST {_BUILDING}/calls/preview": _CALL,
    "PUT /calls/{call_id}": {**_CALL, "version": 1},
    "POST /calls/{call_id}/cancel": _REASON,
    "POST /calls/{call_id}/notices": {},
    f"POST {_BUILDING}/payments": {
        "owner_id": "{owner_id}", "cents": 100, "on": "2026-02-01", "journal": "BQE", "reference": "X",
    },
    f"POST {_BUILDING}/plans": {"owner_id": "{owner_id}", "terms": [{"due_on": SINCE, "cents": 1}]},
    "POST /plans/{plan_id}/end": _REASON,
    "POST /reminders/{reminder_id}/cancel": _REASON,
    "POST /reminders/{reminder_id}/proof": {"tracking": "RR123456789BE"},
    "POST /reminders/{reminder_id}/take-back": _REASON,
    "POST /reminders/{reminder_id}/waive": _REASON,
    f"PATCH {_BUILDING}/recovery-policy": {"guard": True},
    f"POST {_BUILDING}/recovery-pauses": {"owner_id": "{owner_id}", "kind": "dispute", "reason": "x"},
    "PUT /interest-rates/{year}": {"percent": 4, "source": "x"},
    f"POST {_BUILDING}/year-settlements/{{year}}": {"credit": "carry"},
    "POST /year-settlements/{year_settlement_id}/take-back": {"reason": "no"},
    f"POST {_BUILDING}/budgets": {"year": 2028},
    f"PUT {_BUILDING}/budgets/{{year}}/lines": {"lines": [{"account_code": "61210", "cents": 1}]},
    f"POST {_BUILDING}/budgets/{{year}}/vote": {"voted_on": SINCE, "decision": "point 5"},
    f"POST {_BUILDING}/budgets/{{year}}/reject": {"reason": "no"},
}  # fmt: skip

QUERIES: Final[dict[str, dict[str, str]]] = {
    "GET /units": {"building_id": "{building_id}"},
    "GET /documents/tree": {"building_id": "{building_id}"},
    "DELETE /units/{unit_id}/mandatary": {"on": SINCE},
    "GET /owners/{owner_id}/account": {"building_id": "{building_id}"},
    "GET /reports/owner-charges/{owner_id}": {"building_id": "{building_id}"},
    "GET /reports/owner-account/{owner_id}": {"building_id": "{building_id}"},
    "GET /reports/call-for-funds/{building_id}": {"call_id": "{call_id}"},
    "GET /buildings/{building_id}/budgets/{year}/paper": {"format": "xlsx"},
    "GET /buildings/{building_id}/budgets/{year}/variance/paper": {"format": "xlsx"},
}
