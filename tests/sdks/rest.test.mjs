// The official REST client `@ringcentral/sdk`: login, renewal, subscription, text, errors, logout.

import assert from "node:assert/strict";
import test from "node:test";
import { SDK } from "@ringcentral/sdk";
import { Receiver } from "./support/receiver.mjs";
import { Simulator } from "./support/simulator.mjs";

async function client(simulator) {
  const { rest, clientId, clientSecret, jwt } = simulator.address;
  const platform = new SDK({ server: rest, clientId, clientSecret }).platform();
  await platform.login({ jwt });
  return platform;
}

/** Waits for a request to fail and tells how. */
async function refusal(request) {
  const { response } = await request.then(() => assert.fail("it was not refused"), (error) => error);
  return `${response.status} ${(await response.json()).errorCode}`;
}

test("a client logs in, renews its token and logs out", async (t) => {
  const simulator = await Simulator.start(t);
  const platform = await client(simulator);
  const before = (await platform.auth().data()).access_token;
  const own = await (await platform.get("/restapi/v1.0/account/~/extension/~")).json();
  assert.equal(own.extensionNumber, "101");
  await platform.refresh();
  const after = (await platform.auth().data()).access_token;
  assert.notEqual(after, before);
  const numbers = await (await platform.get("/restapi/v1.0/account/~/extension/~/phone-number")).json();
  assert.ok(numbers.records[0].features.includes("SmsSender"));
  const stale = await fetch(`${simulator.address.rest}/restapi/v1.0/subscription`, {
    headers: { authorization: `Bearer ${before}` },
  });
  assert.equal(stale.status, 401);
  await platform.logout();
  assert.equal(await platform.auth().accessTokenValid(), false);
  const gone = await fetch(`${simulator.address.rest}/restapi/v1.0/subscription`, {
    headers: { authorization: `Bearer ${after}` },
  });
  assert.equal(gone.status, 401);
});

test("wrong credentials and unknown resources are errors with the vendor's codes", async (t) => {
  const simulator = await Simulator.start(t);
  const { rest, clientId, clientSecret } = simulator.address;
  const stranger = new SDK({ server: rest, clientId, clientSecret }).platform();
  await assert.rejects(stranger.login({ jwt: "stale" }), (error) => error.response.status === 400);
  const platform = await client(simulator);
  const path = "/restapi/v1.0/account/~/telephony/sessions/s-none";
  assert.equal(await refusal(platform.get(path)), "404 CMN-102");
});

test("a subscription is made after the handshake, renewed and deleted", async (t) => {
  const simulator = await Simulator.start(t);
  const receiver = await Receiver.start(t);
  const platform = await client(simulator);
  const filter = "/restapi/v1.0/account/~/extension/~/telephony/sessions?sipData=true";
  const path = "/restapi/v1.0/subscription";
  const made = await (await platform.post(path, receiver.subscription(filter))).json();
  assert.equal(made.status, "Active");
  assert.equal(receiver.handshakes, 1);
  assert.doesNotMatch(made.eventFilters[0], /~/);
  const renewed = await (await platform.post(`${path}/${made.id}/renew`)).json();
  assert.equal(renewed.id, made.id);
  const list = await (await platform.get(path)).json();
  assert.deepEqual(list.records.map((one) => one.id), [made.id]);
  assert.equal((await platform.delete(`${path}/${made.id}`)).status, 204);
  const nobody = { ...receiver.subscription(filter) };
  nobody.deliveryMode = { ...nobody.deliveryMode, address: "http://127.0.0.1:9/hook" };
  assert.equal(await refusal(platform.post(path, nobody)), "400 SUB-525");
});

test("a text is sent and read back", async (t) => {
  const simulator = await Simulator.start(t);
  const platform = await client(simulator);
  const from = { phoneNumber: "+15551230001" };
  const text = { from, to: [{ phoneNumber: "+15557654321" }], text: "Your table is booked." };
  const sent = await (await platform.post("/restapi/v1.0/account/~/extension/~/sms", text)).json();
  const stored = `/restapi/v1.0/account/~/extension/~/message-store/${sent.id}`;
  assert.equal((await (await platform.get(stored)).json()).subject, text.text);
});

test("a rate limit is told by its headers", async (t) => {
  const simulator = await Simulator.start(t);
  const platform = await client(simulator);
  const read = () => platform.get("/restapi/v1.0/account/~/call-log");
  for (let at = 0; at < 10; at += 1) await read();
  await assert.rejects(read(), (error) => {
    assert.equal(error.response.status, 429);
    assert.equal(error.response.headers.get("x-rate-limit-group"), "heavy");
    assert.equal(error.response.headers.get("retry-after"), "60");
    return true;
  });
});
