// For HEALTHCHECK: exits 0 when somebody listens at SMSC_BIND's port on this machine.
import { connect } from "node:net";

const port = Number((process.env.SMSC_BIND ?? ":2775").split(":").pop());
const probe = connect(port, "127.0.0.1", () => process.exit(0));
probe.on("error", () => process.exit(1));
setTimeout(() => process.exit(1), 3000);
