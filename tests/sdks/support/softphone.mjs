// Owns the official softphone as the flows use it: registered over TLS, speaking PCMU. The flows call it.
// It never changes anything of the package.

import Softphone from "ringcentral-softphone";
import { eventually } from "./simulator.mjs";

/** A second of a 440 Hz tone, as the bytes of PCMU. */
export const TONE = Buffer.from(Array.from({ length: 8_000 }, (_, at) => {
  const sample = Math.round(8_000 * Math.sin((at * 440 * 2 * Math.PI) / 8_000));
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample) + 132, 32_767);
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}));

/** Tells how loud bytes of PCMU are. */
export function loudness(bytes) {
  const power = [...bytes].reduce((sum, byte) => {
    const code = ~byte & 0xff;
    const sample = (((code & 0x0f) << 3) + 132) * 2 ** ((code >> 4) & 7) - 132;
    return sum + sample ** 2;
  }, 0);
  return Math.sqrt(power / Math.max(bytes.length, 1));
}

const open = new Map();

/** Registers a softphone at the simulator; it ends with the test. */
export async function register(test, simulator) {
  const { tls, domain, userName, authorizationId, password } = simulator.address;
  const softphone = new Softphone({
    outboundProxy: tls, domain, username: userName, authorizationId, password,
    codec: "PCMU/8000", ignoreTlsCertErrors: true,
  });
  // Whatever a flow leaves open would keep the program alive.
  const sessions = [];
  open.set(softphone, sessions);
  test.after(() => {
    for (const session of sessions) if (!session.disposed) session.dispose();
    softphone.revoke();
  });
  await softphone.register();
  await eventually(async () => (await simulator.type("register")).registered, "a registration");
  return softphone;
}

/** Answers a call, which ends with the test. */
export async function answer(softphone, invite) {
  const session = await softphone.answer(invite);
  open.get(softphone).push(session);
  return session;
}

/** Calls a number, until the end of the test at the latest. */
export async function call(softphone, number) {
  const session = await softphone.call(number);
  open.get(softphone).push(session);
  return session;
}

/** Waits until a second of sound in a call is loud. */
export async function hears(session) {
  let loudest = 0;
  session.on("audioPacket", (packet) => { loudest = Math.max(loudest, loudness(packet.payload)); });
  await eventually(() => loudest > 2_000, "a tone at the softphone");
}
