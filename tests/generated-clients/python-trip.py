"""A trip with the package that openapi-python-client makes (rideline_client)."""

import datetime
import os
import time
import uuid

from rideline_client import AuthenticatedClient
from rideline_client.api.trips import answer_offer, get_trip, request_trip, send_trip_command
from rideline_client.models import CreateTrip, DriverAction, PointInput, PostDriverCommand, PostOfferAnswer, Problem
from rideline_client.types import Response

url = os.environ["RIDELINE_URL"]
rider = AuthenticatedClient(base_url=url, token=os.environ["RIDER_TOKEN"])
driver = AuthenticatedClient(base_url=url, token=os.environ["DRIVER_TOKEN"])
trip_id = uuid.UUID(os.environ["TRIP_ID"])
lat, lng = (float(part) for part in os.environ["PLACE"].split(","))


def value_of(response: Response):
    if response.parsed is None or isinstance(response.parsed, Problem):
        raise RuntimeError(f"{response.status_code}: {response.content!r}")
    return response.parsed


def until(state: str) -> None:
    for _ in range(240):
        if value_of(get_trip.sync_detailed(str(trip_id), client=rider)).state == state:
            return
        time.sleep(0.25)
    raise RuntimeError(f"the trip is not {state}")


body = CreateTrip(trip_id=trip_id, pickup=PointInput(lat + 0.0003, lng), dropoff=PointInput(lat + 0.01, lng))
print(value_of(request_trip.sync_detailed(client=rider, body=body, idempotency_key=f'"{uuid.uuid4()}"')).state.value)
until("offered")
answer = PostOfferAnswer(command_id=str(uuid.uuid4()), accept=True)
print(value_of(answer_offer.sync_detailed(f"{trip_id}_1", client=driver, body=answer)).state.value)
for action in ("arrived", "start", "complete"):
    command = PostDriverCommand(
        command_id=str(uuid.uuid4()), action=DriverAction(action), at=datetime.datetime.now(datetime.timezone.utc)
    )
    print(value_of(send_trip_command.sync_detailed(str(trip_id), client=driver, body=command)).state.value)
until("completed")
refused = get_trip.sync_detailed(str(uuid.uuid4()), client=rider).parsed
print("refused", refused.code.value if isinstance(refused, Problem) else refused)
