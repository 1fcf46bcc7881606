"""The official Python client `ringcentral`: login, renewal, reads, a text, an error, logout.

Owns one run against a simulator of its own; `run` calls it. It fails by an assertion or an exception.
"""

import json
import os
import subprocess
import sys

from ringcentral import SDK
from ringcentral.http.api_exception import ApiException


def flow(address):
    sdk = SDK(address["clientId"], address["clientSecret"], address["rest"], "flows", "1.0")
    platform = sdk.platform()
    try:
        platform.login(jwt="stale")
        raise AssertionError("a stale credential was taken")
    except ApiException as error:
        assert error.api_response().response().status_code == 400, error
    platform.login(jwt=address["jwt"])
    assert platform.logged_in()
    first = platform.auth().access_token()
    own = platform.get("/restapi/v1.0/account/~/extension/~").json_dict()
    assert own["extensionNumber"] == "101", own
    platform.refresh()
    assert platform.auth().access_token() != first
    devices = platform.get("/restapi/v1.0/account/~/extension/~/device").json_dict()
    assert devices["records"][0]["type"] == "OtherPhone", devices
    text = {
        "from": {"phoneNumber": "+15551230001"},
        "to": [{"phoneNumber": "+15557654321"}],
        "text": "Your table is booked.",
    }
    sent = platform.post("/restapi/v1.0/account/~/extension/~/sms", text).json_dict()
    path = "/restapi/v1.0/account/~/extension/~/message-store/%s" % sent["id"]
    assert platform.get(path).json_dict()["subject"] == text["text"]
    try:
        platform.post("/restapi/v1.0/account/~/extension/~/sms", dict(text, text=""))
        raise AssertionError("an empty text was taken")
    except ApiException as error:
        answer = error.api_response()
        assert answer.response().status_code == 400, error
        assert answer.json_dict()["errorCode"] == "CMN-101", answer.text()
    platform.logout()
    assert not platform.auth().access_token_valid()


def main():
    command = [os.environ["RINGCENTRAL_SIM"], "serve", "--console"]
    simulator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        flow(json.loads(simulator.stdout.readline()))
    finally:
        simulator.stdin.close()
        try:
            simulator.wait(timeout=5)
        except subprocess.TimeoutExpired:
            simulator.kill()
            raise
    assert simulator.returncode == 0, simulator.returncode
    print("python: all flows passed")


if __name__ == "__main__":
    sys.exit(main())
