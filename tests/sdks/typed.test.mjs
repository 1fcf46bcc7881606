// The typed client `@rc-ex/core`: login, renewal, devices, recordings and the call log, errors, revocation.

import assert from "node:assert/strict";
import test from "node:test";
import RingCentral from "@rc-ex/core";
import { Receiver } from "./support/receiver.mjs";
import { Simulator } from "./support/simulator.mjs";

async function client(simulator) {
  const { rest, clientId, clientSecret, jwt } = simulator.address;
  const ringcentral = new RingCentral({ server: rest, clientId, clientSecret });
  await ringcentral.authorize({ jwt });
  return ringcentral;
}

test("a client logs in, renews its token and revokes it", async (t) => {
  const simulator = await Simulator.start(t);
  const ringcentral = await client(simulator);
  const first = ringcentral.token.access_token;
  await ringcentral.refresh();
  assert.notEqual(ringcentral.token.access_token, first);
  const own = await ringcentral.restapi().account().extension().get();
  assert.equal(own.id, 701001);
  const revoked = ringcentral.token;
  await ringcentral.revoke();
  ringcentral.token = revoked;
  await assert.rejects(ringcentral.restapi().account().extension().get(), (error) => error.response.status === 401);
});

test("the device and its SIP credentials are found", async (t) => {
  const simulator = await Simulator.start(t);
  const ringcentral = await client(simulator);
  const { records } = await ringcentral.restapi().account().extension().device().get();
  const device = records.find((one) => one.type === "OtherPhone");
  const sip = await ringcentral.restapi().account().device(device.id).sipInfo().get();
  assert.equal(sip.outboundProxies[0].proxyTLS, simulator.address.tls);
  assert.equal(sip.userName, simulator.address.userName);
  assert.equal(sip.authorizationId, device.id);
});

test("a subscription, a text and the call log answer in the published types", async (t) => {
  const simulator = await Simulator.start(t);
  const receiver = await Receiver.start(t);
  const ringcentral = await client(simulator);
  const filter = "/restapi/v1.0/account/~/telephony/sessions";
  const made = await ringcentral.restapi().subscription().post(receiver.subscription(filter));
  assert.equal(made.deliveryMode.address, receiver.address);
  await ringcentral.restapi().subscription(made.id).delete();
  const extension = ringcentral.restapi().account().extension();
  const sent = await extension.sms().post({
    from: { phoneNumber: "+15551230001" }, to: [{ phoneNumber: "+15557654321" }], text: "Thank you for calling.",
  });
  assert.equal(sent.messageStatus, "Queued");
  assert.equal((await extension.messageStore(String(sent.id)).get()).subject, "Thank you for calling.");
  const log = await extension.callLog().list({ view: "Detailed", perPage: 10 });
  assert.deepEqual([log.records, log.paging.page], [[], 1]);
});

test("a command to a call that is over is an error with the vendor's code", async (t) => {
  const simulator = await Simulator.start(t);
  const ringcentral = await client(simulator);
  const party = ringcentral.restapi().account().telephony().sessions("s-none").parties("p-none-2");
  await assert.rejects(party.hold().post({}), (error) => {
    assert.equal(error.response.status, 404);
    assert.equal(error.response.data.errorCode, "CMN-102");
    return true;
  });
});
