// Owns an HTTP receiver of webhooks on loopback: answers the handshake, keeps what comes, hands it on. The flows call
// it. It never takes a delivery without the verification token.

import { createServer } from "node:http";

export const TOKEN = "verification-of-the-flows";

export class Receiver {
  handshakes = 0;
  refused = 0;
  events = [];
  listeners = [];

  static async start(test) {
    const receiver = new Receiver();
    receiver.server = createServer((request, response) => receiver.answer(request, response));
    await new Promise((resolve) => receiver.server.listen(0, "127.0.0.1", resolve));
    receiver.address = `http://127.0.0.1:${receiver.server.address().port}/hook`;
    test.after(() => receiver.stop());
    return receiver;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  async answer(request, response) {
    let body = "";
    for await (const piece of request) body += piece;
    const validation = request.headers["validation-token"];
    if (validation !== undefined) {
      this.handshakes += 1;
      response.writeHead(200, { "Validation-Token": validation, "Content-Type": "application/json" }).end("{}");
      return;
    }
    if (request.headers["verification-token"] !== TOKEN) {
      this.refused += 1;
      response.writeHead(401).end();
      return;
    }
    response.writeHead(200).end();
    const event = JSON.parse(body);
    this.events.push(event);
    for (const listener of this.listeners) listener(event);
  }

  /** Describes the subscription that delivers here. */
  subscription(filter) {
    return {
      eventFilters: [filter],
      deliveryMode: { transportType: "WebHook", address: this.address, verificationToken: TOKEN },
      expiresIn: 3600,
    };
  }
}
