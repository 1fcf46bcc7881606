// The official state machine `ringcentral-call-control`, fed with the simulator's real deliveries, while the official
// softphone is the device: after each step its view of the session is what the simulator's REST shows.

import assert from "node:assert/strict";
import test from "node:test";
import { SDK } from "@ringcentral/sdk";
import callControl from "ringcentral-call-control";
import { Receiver } from "./support/receiver.mjs";
import { eventually, once, Simulator } from "./support/simulator.mjs";
import { answer, call as dial, register } from "./support/softphone.mjs";

const SESSIONS = "/restapi/v1.0/account/~/telephony/sessions";

class Stage {
  static async set(t) {
    const stage = new Stage();
    stage.simulator = await Simulator.start(t);
    stage.receiver = await Receiver.start(t);
    stage.softphone = await register(t, stage.simulator);
    const { rest, clientId, clientSecret, jwt, authorizationId } = stage.simulator.address;
    stage.device = authorizationId;
    const sdk = new SDK({ server: rest, clientId, clientSecret });
    stage.platform = sdk.platform();
    await stage.platform.login({ jwt });
    const filter = `${SESSIONS}?sipData=true`;
    await stage.platform.post("/restapi/v1.0/subscription", stage.receiver.subscription(filter));
    stage.control = new callControl.RingCentralCallControl({ sdk });
    await stage.control.initialize();
    assert.deepEqual(stage.control.devices.map((one) => one.id), [authorizationId]);
    stage.receiver.listeners.push((event) => stage.control.onNotificationEvent(event));
    return stage;
  }

  /** Makes a call and waits until the state machine shows it ringing for us. */
  async ringing() {
    const invited = once(this.softphone, "invite");
    const made = await this.simulator.type("call");
    const invite = await invited;
    const session = await eventually(() => this.control.sessions.find((one) => one.id === made.session), "a session");
    await this.shows(session, "Proceeding");
    assert.equal(session.party.id, made.party);
    return { call: made.call, invite, session };
  }

  /** Waits until our party is in a state, and compares the whole view with REST. */
  async shows(session, code) {
    await eventually(() => session.party?.status.code === code, `${code} in the state machine`);
    await this.agrees(session);
  }

  async agrees(session) {
    const facts = (parties) => Object.fromEntries(parties.map((party) => [party.id, {
      code: party.status.code, reason: party.status.reason, muted: party.muted, direction: party.direction,
      recordings: party.recordings ?? [], from: party.from.phoneNumber, to: party.to.phoneNumber,
    }]));
    let both;
    await eventually(async () => {
      const shown = await (await this.platform.get(`${SESSIONS}/${session.id}`)).json();
      both = [facts(session.parties), facts(shown.parties)];
      try {
        assert.deepEqual(both[0], both[1]);
        return true;
      } catch {
        return false;
      }
    }, "the same view").catch(() => assert.deepEqual(both[0], both[1]));
  }
}

test("a call is answered over REST, held, muted, recorded and transferred", async (t) => {
  const stage = await Stage.set(t);
  const { call, session } = await stage.ringing();
  const again = once(stage.softphone, "invite");
  await session.answer({ deviceId: stage.device });
  const invite = await again;
  assert.equal(invite.getHeader("Alert-Info"), "Auto Answer");
  const device = await answer(stage.softphone, invite);
  await stage.shows(session, "Answered");
  const answered = stage.receiver.events.findLast((event) => event.body.parties[0].sipData);
  assert.equal(answered.body.parties[0].sipData.callId, device.callId);
  assert.equal((await session.hold()).status.code, "Hold");
  await stage.shows(session, "Hold");
  assert.equal((await session.unhold()).status.code, "Answered");
  await stage.shows(session, "Answered");
  await session.mute();
  assert.equal(session.party.muted, true);
  await stage.agrees(session);
  await session.unmute();
  await stage.agrees(session);
  const recording = await session.createRecord();
  await session.pauseRecord(recording.id);
  assert.deepEqual(session.recordings.map((one) => one.active), [false]);
  await stage.agrees(session);
  await assert.rejects(session.unhold(), (error) => error.response.status === 409);
  await stage.simulator.type("person +15550009999 answer");
  const disposed = once(device, "disposed");
  const party = await session.transfer({ phoneNumber: "+15550009999" });
  assert.equal(party.status.reason, "BlindTransfer");
  await disposed;
  await stage.simulator.reached("+15550009999");
  // Our part of the call is over, so the state machine begins anew with what others do in it.
  const going = await eventually(() => {
    const found = stage.control.sessions.find((one) => one.id === session.id);
    const person = found?.parties.find((one) => one.to.phoneNumber === "+15550009999");
    return person?.status.code === "Answered" && found;
  }, "the person in the state machine");
  assert.notEqual(going, session);
  await stage.simulator.type(`hang-up ${call}`);
  await eventually(() => going.parties.every((one) => one.status.code === "Disconnected"), "the end");
});

test("a call answered by SIP is dropped over REST, and is forgotten", async (t) => {
  const stage = await Stage.set(t);
  const { call, invite, session } = await stage.ringing();
  const device = await answer(stage.softphone, invite);
  await stage.shows(session, "Answered");
  const disposed = once(device, "disposed");
  await session.drop();
  await disposed;
  await stage.simulator.happens(call, "Left");
  await eventually(() => stage.control.sessions.length === 0, "no session left");
  await session.drop();
});

test("a call is rejected, another is missed, and a third is replied to", async (t) => {
  const stage = await Stage.set(t);
  const rejected = await stage.ringing();
  await rejected.session.toVoicemail();
  await eventually(() => rejected.session.party.status.reason === "Rejected", "a rejection");
  await stage.simulator.happens(rejected.call, "Left");
  const missed = await stage.ringing();
  await stage.simulator.type(`hang-up ${missed.call}`);
  await eventually(() => missed.session.party.missedCall === true, "a missed call");
  const replied = await stage.ringing();
  await replied.session.reply({ replyWithText: "We will call you back." });
  await eventually(() => replied.session.party.status.reason === "CallReplied", "a reply");
  await eventually(() => stage.control.sessions.length === 0, "no session left");
});

test("two calls are bridged, and both of our parties are gone", async (t) => {
  const stage = await Stage.set(t);
  const first = await stage.ringing();
  const device = await answer(stage.softphone, first.invite);
  await stage.shows(first.session, "Answered");
  await stage.simulator.type("person +15550009999 answer");
  const outbound = await dial(stage.softphone, "+15550009999");
  await stage.simulator.reached("+15550009999");
  const second = await eventually(() => stage.control.sessions.find((one) => one.id === outbound.sessionId), "our call");
  await stage.shows(second, "Answered");
  const disposed = [once(device, "disposed"), once(outbound, "disposed")];
  const party = await first.session.bridge({ telephonySessionId: second.id, partyId: second.party.id });
  assert.deepEqual([party.status.code, party.status.reason], ["Gone", "AttendedTransfer"]);
  await Promise.all(disposed);
  await eventually(() => second.party.status.code === "Gone", "our second party gone");
  assert.equal(second.party.status.peerId.telephonySessionId, first.session.id);
});

test("a call is parked, and one is made for the device", async (t) => {
  const stage = await Stage.set(t);
  const { invite, session } = await stage.ringing();
  await answer(stage.softphone, invite);
  await stage.shows(session, "Answered");
  const parked = await session.park();
  assert.equal(parked.park.id, "*801");
  await stage.simulator.type("person +15550009999 answer");
  const invited = once(stage.softphone, "invite");
  const made = await stage.control.createCall(stage.device, { phoneNumber: "+15550009999" });
  await answer(stage.softphone, await invited);
  await stage.simulator.reached("+15550009999");
  await eventually(() => made.parties.every((one) => one.status.code === "Answered"), "both parties answered");
  await stage.agrees(made);
});
