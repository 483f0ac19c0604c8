// SPDX-License-Identifier: MIT
// Whether @sigstore/verify, which nobody here wrote, accepts each DSSE envelope of a file by a public key.
//
// usage: node verify_envelope.js FILE.jsonl PUBLIC_KEY.pem KEY_ID; prints "accepted" or "refused: ..." a line, for the
// lines that name the key.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const modules = path.join(process.env.RUNFORGE_NODE_MODULES, 'node_modules', '@sigstore');
const { bundleFromJSON } = require(path.join(modules, 'bundle'));
const { Verifier, toSignedEntity } = require(path.join(modules, 'verify'));

const [file, pem, keyId] = process.argv.slice(2);
const publicKey = crypto.createPublicKey(fs.readFileSync(pem));
const trusted = {
  certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [],
  publicKey: () => ({ publicKey, validFor: () => true }),
};
const verifier = new Verifier(trusted, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 });

for (const line of fs.readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
  try {
    const dsseEnvelope = JSON.parse(line);
    if (dsseEnvelope.signatures[0].keyid !== keyId) continue;
    const bundle = bundleFromJSON({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: keyId }, tlogEntries: [], timestampVerificationData: {} },
      dsseEnvelope,
    });
    verifier.verify(toSignedEntity(bundle));
    console.log('accepted');
  } catch (error) {
    console.log(`refused: ${error.message}`);
  }
}
