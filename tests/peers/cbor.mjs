// As much CBOR as peers.mjs needs.

const head = (major, number) => {
    const n = BigInt(number), kind = major << 5;
    if (n < 24n) return Buffer.from([kind | Number(n)]);
    const bytes = n < 2n ** 8n ? 1 : n < 2n ** 16n ? 2 : n < 2n ** 32n ? 4 : 8;
    const out = Buffer.alloc(1 + bytes);
    out[0] = kind | 24 + Math.log2(bytes);
    for (let i = 0; i < bytes; i++) out[bytes - i] = Number(n >> BigInt(8 * i) & 255n);
    return out;
};

export const integer = n => n >= 0 ? head(0, n) : head(1, -1n - BigInt(n));
export const array = items => Buffer.concat([head(4, items.length), ...items]);
export const map = pairs => Buffer.concat([head(5, pairs.length), ...pairs.flat()]);
export const byteString = bytes => Buffer.concat([head(2, bytes.length), bytes]);

// Integers and arrays, of definite length; integers are BigInts.
export const decode = bytes => {
    let at = 0;
    const item = () => {
        const first = bytes[at++], major = first >> 5, info = first & 31;
        let number = BigInt(info);
        if (info >= 24 && info < 28) {
            number = 0n;
            for (let i = 0; i < 1 << (info - 24); i++) number = number << 8n | BigInt(bytes[at++]);
        } else if (info >= 28) {
            throw new Error(`CBOR: byte ${at - 1}: expected a definite length`);
        }
        if (major === 0) return number;
        if (major === 1) return -1n - number;
        if (major === 4) return Array.from({ length: Number(number) }, item);
        throw new Error(`CBOR: byte ${at - 1}: expected an integer or an array`);
    };
    return item();
};
