// Owns the simulator's process: starts it, types its commands, reads its lines, and ends it. The flows call it.
// It never talks to the simulator in any other way than a person at its console could.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PATIENCE = 10_000;
const BINARY = process.env.RINGCENTRAL_SIM ?? "ringcentral-sim";

export class Simulator {
  lines = [];
  waiting = [];

  /** Starts a simulator of its own for one flow; it ends with the test. */
  static async start(test) {
    const simulator = new Simulator();
    simulator.process = spawn(BINARY, ["serve", "--console"], { stdio: ["pipe", "pipe", "inherit"] });
    simulator.process.on("error", (error) => simulator.take({ error: error.message }));
    createInterface({ input: simulator.process.stdout }).on("line", (line) => simulator.take(JSON.parse(line)));
    test.after(() => simulator.stop());
    simulator.address = await simulator.until((line) => line.rest ?? line.error, "its addresses");
    assert.equal(simulator.address.error, undefined);
    return simulator;
  }

  async stop() {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.stdin.end("quit\n");
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 3_000);
    await ended;
    clearTimeout(timer);
  }

  /** Types a command and gives its answer; a refusal is an error. */
  async type(command) {
    this.process.stdin.write(`${command}\n`);
    const answer = await this.until((line) => line.event === undefined && line.person === undefined, command);
    assert.equal(answer.error, undefined, `${command}: ${answer.error}`);
    return answer;
  }

  /** Waits for what happens to a call. */
  happens(call, event) {
    return this.until((line) => line.call === call && line.event === event, `call ${call}: ${event}`);
  }

  /** Waits until the device has reached a person. */
  reached(number) {
    return this.until((line) => line.person === number, `a call to ${number}`);
  }

  /** Waits for the first line that fits; each line is taken once. */
  until(fits, what) {
    const at = this.lines.findIndex(fits);
    if (at >= 0) return Promise.resolve(this.lines.splice(at, 1)[0]);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const seen = this.lines.map((line) => JSON.stringify(line)).join("\n");
        reject(new Error(`the simulator never told ${what}; it told\n${seen}`));
      }, PATIENCE);
      this.waiting.push({ fits, resolve: (line) => { clearTimeout(timer); resolve(line); } });
    });
  }

  take(line) {
    const at = this.waiting.findIndex((one) => one.fits(line));
    if (at < 0) this.lines.push(line);
    else this.waiting.splice(at, 1)[0].resolve(line);
  }
}

/** Waits until something is so. */
export async function eventually(is, what) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await is();
    if (found) return found;
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits for one event of an emitter. */
export function once(emitter, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no event ${name}`)), PATIENCE);
    emitter.once(name, (value) => { clearTimeout(timer); resolve(value); });
  });
}
