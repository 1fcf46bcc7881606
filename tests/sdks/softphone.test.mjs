// The official softphone `ringcentral-softphone`: TLS, SRTP, calls both ways, keys both ways, both sides hang up.

import assert from "node:assert/strict";
import test from "node:test";
import { eventually, once, Simulator } from "./support/simulator.mjs";
import { answer, call as dial, hears, register, TONE } from "./support/softphone.mjs";

/** Waits until the simulated end of a call has heard the softphone. */
function heard(simulator, call) {
  return eventually(async () => (await simulator.type(`heard ${call}`)).loudness > 2_000, "a tone at the caller");
}

async function answered(softphone, simulator) {
  const invited = once(softphone, "invite");
  const { call } = await simulator.type("call +15557654321");
  const session = await answer(softphone, await invited);
  await simulator.happens(call, "Answered");
  return { call, session };
}

test("an incoming call is answered, both hear each other, the caller hangs up", async (t) => {
  const simulator = await Simulator.start(t);
  const softphone = await register(t, simulator);
  const { call, session } = await answered(softphone, simulator);
  session.streamAudio(TONE);
  const softphoneHears = hears(session);
  await simulator.type(`tone ${call}`);
  await softphoneHears;
  await heard(simulator, call);
  const disposed = once(session, "disposed");
  await simulator.type(`hang-up ${call}`);
  await disposed;
});

test("keys are heard in both directions, and the softphone hangs up", async (t) => {
  const simulator = await Simulator.start(t);
  const softphone = await register(t, simulator);
  const { call, session } = await answered(softphone, simulator);
  const keys = [];
  session.on("dtmf", (key) => keys.push(key));
  await simulator.type(`press ${call} 15#`);
  await eventually(() => keys.join("") === "15#", "the caller's keys at the softphone");
  await session.sendDTMFs("42*", 100);
  const pressed = [];
  for (let at = 0; at < 3; at += 1) pressed.push((await simulator.happens(call, "Key")).key);
  assert.equal(pressed.join(""), "42*");
  assert.equal(keys.join(""), "15#", "no key twice");
  await session.hangup();
  assert.equal((await simulator.happens(call, "Ended")).end, "RemoteHungUp");
});

test("an incoming call is declined", async (t) => {
  const simulator = await Simulator.start(t);
  const softphone = await register(t, simulator);
  const invited = once(softphone, "invite");
  const { call } = await simulator.type("call");
  await softphone.decline(await invited);
  assert.equal((await simulator.happens(call, "Ended")).end, "Refused(603)");
});

test("the softphone holds, resumes and transfers", async (t) => {
  const simulator = await Simulator.start(t);
  const softphone = await register(t, simulator);
  await simulator.type("person +15550009999 answer");
  const { call, session } = await answered(softphone, simulator);
  await session.hold();
  await simulator.happens(call, "Held");
  await session.unhold();
  await simulator.happens(call, "Resumed");
  const disposed = once(session, "disposed");
  await session.transfer("+15550009999");
  await disposed;
  const { call: person } = await simulator.reached("+15550009999");
  await simulator.happens(person, "Answered");
  await simulator.type(`tone ${call}`);
  await heard(simulator, person);
  await simulator.type(`hang-up ${person}`);
  assert.equal((await simulator.happens(call, "Ended")).end, "RemoteHungUp");
});

test("an outbound call is answered, heard and ended by either side", async (t) => {
  const simulator = await Simulator.start(t);
  const softphone = await register(t, simulator);
  await simulator.type("person +15550009999 ring");
  for (const hangUp of ["person", "softphone"]) {
    const session = await dial(softphone, "+15550009999");
    const { call, ids } = await simulator.reached("+15550009999");
    assert.equal(`party-id=${session.partyId};session-id=${session.sessionId}`, ids);
    const connected = once(session, "answered");
    await simulator.type(`answer ${call}`);
    await connected;
    session.streamAudio(TONE);
    const softphoneHears = hears(session);
    await simulator.type(`tone ${call}`);
    await softphoneHears;
    await heard(simulator, call);
    if (hangUp === "person") {
      const disposed = once(session, "disposed");
      await simulator.type(`hang-up ${call}`);
      await disposed;
    } else {
      await session.hangup();
      assert.equal((await simulator.happens(call, "Ended")).end, "RemoteHungUp");
    }
  }
});

test("an outbound call is busy, or given up", async (t) => {
  const simulator = await Simulator.start(t);
  const softphone = await register(t, simulator);
  await simulator.type("person +15550009999 ring");
  const ringing = await dial(softphone, "+15550009999");
  const { call } = await simulator.reached("+15550009999");
  await ringing.cancel();
  assert.equal((await simulator.happens(call, "Ended")).end, "Cancelled");
  await simulator.type("person +15550008888 busy");
  const session = await dial(softphone, "+15550008888");
  await once(session, "busy");
});
