// Compares the transactions that plutbench builds with two implementations that others wrote: both
// must find the same ExUnits for every call, and the emulator, which applies the ledger's rules, must
// accept every transaction and its value-only twin.
//
//     node peers.mjs SHAPES.jsonl     (what peers_write_shapes writes)
//
// Exit code 0: all is as expected; 1: something is not.
import { readFileSync } from 'node:fs';
import uplc from '@lucid-evolution/uplc';
import scalus from 'scalus';
import { array, byteString, decode, integer, map } from './cbor.mjs';

const { Emulator, Scalus, SlotConfig } = scalus;

// Preprod since Shelley: POSIX time of a slot in milliseconds, the slot, milliseconds a slot.
const slots = { time: 1655769600000, slot: 86400, length: 1000 };

// What a peer can't do, though the ledger can. A shape that `applies` names must fail with `error`:
// once it does not, the row is to go.
const limitations = [
    {
        peer: 'eval_phase_two_raw',
        applies: shape => shape.references > 0 && shape.calls.some(call => call.language === 1),
        error: 'script and input reference not allowed in PlutusV1',
        why: 'knows no PlutusV1 script in a transaction with reference inputs, as it was in Babbage; '
            + 'Conway allows it (cardano-ledger, Conway.TxInfo)',
    },
];

// ---- The transactions as the peers take them ----

const bytesOf = hex => Uint8Array.from(Buffer.from(hex, 'hex'));
const plain = bytes => Uint8Array.from(bytes);
const reference = utxo => array([byteString(Buffer.from(utxo.id, 'hex')), integer(utxo.index)]);
const utxoMap = utxo =>
    plain(map(utxo.map(entry => [reference(entry), Buffer.from(entry.output, 'hex')])));
const costModels = models =>
    plain(map(models.map((model, i) => [integer(i), array(model.map(integer))])));

const inWords = (purpose, index, memory, steps) => `${purpose}:${index} ${memory} ${steps}`;
const ours = shape =>
    shape.calls.map(c => inWords(c.purpose, c.index, c.memory, c.steps)).sort().join(', ');

// ---- The peers: each returns '' or what is wrong ----

const compare = (shape, found) => {
    const expected = ours(shape), got = found.sort().join(', ');
    return expected === got ? '' : `expected ExUnits ${expected}; got ${got}`;
};

const purposes = { Spend: 0, Mint: 1, Cert: 2, Reward: 3 };

const evalPlutusScripts = (shape, models) => compare(shape, Scalus.evalPlutusScripts(
    bytesOf(shape.call.bytes), utxoMap(shape.call.utxo),
    new SlotConfig(slots.time, slots.slot, slots.length), models,
).map(r => inWords(purposes[r.tag], r.index, r.budget.memory, r.budget.steps)));

const evalPhaseTwoRaw = (shape, models) => compare(shape, uplc.eval_phase_two_raw(
    bytesOf(shape.call.bytes), shape.call.utxo.map(u => plain(reference(u))),
    shape.call.utxo.map(u => bytesOf(u.output)), costModels(models),
    BigInt(parameters.max_steps), BigInt(parameters.max_memory),
    BigInt(slots.time), BigInt(slots.slot), slots.length,
).map(bytes => {
    const [purpose, index, , [memory, steps]] = decode(bytes);
    return inWords(purpose, index, memory, steps);
}));

const submit = transaction => {
    const emulator = Emulator.withState({
        utxos: utxoMap(transaction.utxo),
        stakeRegistrations: transaction.accounts.map(account => ({
            credentialType: 'script', credentialHash: account.script, rewards: 0n,
        })),
    }, new SlotConfig(slots.time, slots.slot, slots.length));
    emulator.setSlot(parameters.slot);
    const result = emulator.submitTx(bytesOf(transaction.bytes));
    if (!result.isSuccess) return result.error;
    return result.txHash === transaction.id ? '' : `its id is ${result.txHash}`;
};

const peers = [
    { name: 'evalPlutusScripts', of: 'scalus', check: evalPlutusScripts },
    { name: 'eval_phase_two_raw', of: '@lucid-evolution/uplc', check: evalPhaseTwoRaw },
    { name: 'emulator', of: 'scalus', check: shape => submit(shape.call) },
    { name: 'emulator, twins', of: 'scalus', check: shape => submit(shape.twin) },
];

// ---- Comparison ----

const attempt = check => {
    try {
        return check();
    } catch (error) {
        return String(error?.message ?? error) || 'failed without a message';
    }
};

const compareWith = peer => {
    const counts = { agreed: 0, limited: new Map(), failed: 0 };
    for (const shape of shapes) {
        const wrong = attempt(() => peer.check(shape, parameters.cost_models));
        const limit = limitations.find(l => l.peer === peer.name && l.applies(shape));
        if (limit && wrong.includes(limit.error)) {
            counts.limited.set(limit, [...counts.limited.get(limit) ?? [], shape.name]);
        } else if (wrong || limit) {
            counts.failed++;
            const what = wrong || 'accepted: the limitation is no more, remove its row';
            console.log(`FAILED ${peer.name}: ${shape.name}: ${what.slice(0, 1000)}`);
        } else {
            counts.agreed++;
        }
    }
    return counts;
};

// That the comparison can fail at all: each of these must be refused.
const controls = () => {
    const dearer = parameters.cost_models.map(model => model.map(cost => cost + 1));
    const first = shapes.find(shape => shape.calls.length === 1 && shape.references === 0);
    const withdrawing = shapes.find(shape => shape.call.accounts.length > 0);
    const referring = shapes.find(shape => shape.references > 0);
    const signature = Buffer.from(first.call.bytes, 'hex');
    signature[signature.indexOf(Buffer.from('5840', 'hex')) + 2] ^= 1;
    const changed = (transaction, change) => submit({ ...transaction, ...change });
    return Object.entries({
        'other costs (scalus)': () => evalPlutusScripts(first, dearer),
        'other costs (uplc)': () => evalPhaseTwoRaw(first, dearer),
        'a wrong signature': () => changed(first.call, { bytes: signature.toString('hex') }),
        'no reward account': () => changed(withdrawing.call, { accounts: [] }),
        'no reference input': () =>
            changed(referring.call, { utxo: referring.call.utxo.slice(0, -1) }),
    }).filter(([what, check]) => {
        if (attempt(check) !== '') return false;
        console.log(`FAILED control: ${what} was accepted`);
        return true;
    }).length;
};

const [parameters, ...shapes] =
    readFileSync(process.argv[2], 'utf8').trim().split('\n').map(line => JSON.parse(line));
let failures = controls();
console.log(`${shapes.length} shapes`);
for (const peer of peers) {
    const { agreed, limited, failed } = compareWith(peer);
    failures += failed;
    console.log(`${peer.name} (${peer.of}): ${agreed} agree, ${failed} do not`);
    for (const [limit, names] of limited) {
        console.log(`    left out ${names.length}: ${limit.why}:`);
        for (const name of names) console.log(`        ${name}`);
    }
}
process.exitCode = failures === 0 && shapes.length > 0 ? 0 : 1;
