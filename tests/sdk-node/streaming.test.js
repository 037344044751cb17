// Streaming and managed streaming ingestion. What streams is there when the call returns; what falls back comes later.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import {
    BlobDescriptor, CompressionType, DataFormat, IngestionProperties, ManagedStreamingIngestClient, StreamDescriptor, StreamingIngestClient,
} from "azure-kusto-ingest";

import { COLUMNS, Cluster, connection, database, httpsUrl, readingLines, readings, sample, throttledUrl } from "./cluster.js";

const cluster = new Cluster();
const throttled = new Cluster(throttledUrl);
const folder = mkdtempSync(join(tmpdir(), "calypso-node-"));
const MAPPING = `'[${COLUMNS.map((name) => `{"column":"${name}","Properties":{"Path":"$.${name}"}}`).join()},]'`;
const KINDS = {
    streaming: () => new StreamingIngestClient(connection()),
    managed: () => new ManagedStreamingIngestClient(connection(), connection()),
};

after(() => {
    cluster.close();
    throttled.close();
    rmSync(folder, { recursive: true });
});

const properties = (table, format = DataFormat.CSV, more = {}) => new IngestionProperties({ database, table, format, ...more });

for (const [kind, open] of Object.entries(KINDS)) {
    describe(`${kind} client`, { concurrency: 4 }, () => {
        const client = open();
        after(() => client.close());

        test("a csv file is visible when the call returns", async () => {
            const table = await cluster.newTable();
            await client.ingestFromFile(sample("readings.csv"), properties(table));
            assert.deepEqual(await cluster.lines(table), readingLines);
        });

        test("a gzipped csv file is recognised", async () => {
            const table = await cluster.newTable();
            const path = join(folder, `${table}.csv.gz`);
            writeFileSync(path, gzipSync(readings("csv")));
            await client.ingestFromFile(path, properties(table));
            assert.deepEqual(await cluster.lines(table), readingLines);
        });

        test("a stream of csv and a stream of gzip are visible", async () => {
            const table = await cluster.newTable();
            await client.ingestFromStream(Readable.from([readings("csv")]), properties(table));
            assert.deepEqual(await cluster.lines(table), readingLines);
            const zipped = new StreamDescriptor(Readable.from([gzipSync(readings("csv"))]), null, CompressionType.GZIP);
            await client.ingestFromStream(zipped, properties(table));
            assert.equal(await cluster.count(table), 10);
        });

        test("json comes through a mapping that the table has", async () => {
            const table = await cluster.newTable();
            await cluster.command(`.create table ${table} ingestion json mapping 'by path' ${MAPPING}`);
            const mapped = properties(table, DataFormat.JSON, { ingestionMappingReference: "by path" });
            await client.ingestFromFile(sample("readings.json"), mapped);
            assert.deepEqual(await cluster.lines(table), readingLines);
        });

        test("parquet comes by the names of its columns", async () => {
            const table = await cluster.newTable();
            await client.ingestFromStream(Readable.from([readings("parquet")]), properties(table, DataFormat.PARQUET));
            assert.deepEqual(await cluster.lines(table), readingLines);
        });

        test("a blob is fetched by the server", async () => {
            const table = await cluster.newTable();
            const blob = await cluster.upload("readings.csv", readings("csv"));
            await client.ingestFromBlob(blob, properties(table));
            assert.deepEqual(await cluster.lines(table), readingLines);
        });
    });
}

describe("streaming client's errors", () => {
    const client = KINDS.streaming();
    after(() => client.close());

    const failures = {
        "a table that does not exist": ["NoSuchTable", {}, "1,a", /BadRequest_TableNotExist|NoSuchTable/],
        "a mapping that does not exist": [null, { format: DataFormat.JSON, ingestionMappingReference: "none" }, "{}", /BadRequest_MappingReferenceWasNotFound/],
        "a record that is no csv": [null, {}, '1,"open', /Stream_ClosingQuoteMissing|closing quote/i],
    };
    for (const [what, [named, more, body, expected]] of Object.entries(failures)) {
        test(`${what} is a permanent error with its code`, async () => {
            const table = named ?? (await cluster.newTable());
            const error = await client.ingestFromStream(Readable.from([body]), properties(table, DataFormat.CSV, more)).then(
                () => assert.fail("expected an error"),
                (rejected) => rejected
            );
            assert.equal(error.response.status, 400);
            assert.equal(error.response.data.error["@permanent"], true);
            assert.match(JSON.stringify(error.response.data), expected);
        });
    }
});

describe("managed streaming falls back to queued ingestion", { concurrency: 4 }, () => {
    test("for more than 4 MiB", async () => {
        const table = await cluster.newTable("id:long, text:string");
        const client = KINDS.managed();
        const rows = 50_000;
        const body = Buffer.from(Array.from({ length: rows }, (_, id) => `${id},${"x".repeat(100)}\n`).join(""));
        assert.ok(body.length > 4 * 1024 * 1024);
        // Of a readable stream beyond 4 MiB, SDK 7.0.1 merges the pieces out of order; of a buffer it asks the descriptor.
        const stream = new StreamDescriptor(body, null, CompressionType.None, body.length);
        const blob = new BlobDescriptor(await cluster.upload("large.csv", body), body.length);
        for (const result of [await client.ingestFromStream(stream, properties(table)), await client.ingestFromBlob(blob, properties(table))]) {
            assert.equal((await result.getIngestionStatusCollection()).Status, "Queued");
        }
        await cluster.untilCount(table, 2 * rows);
        client.close();
    });

    test("for a file that the server refuses to stream", async () => {
        const table = await cluster.newTable("id:long, text:string");
        const client = KINDS.managed();
        // The SDK compresses what it streams: only what does not compress is too large then.
        const lines = Array.from({ length: 200 }, (_, id) => `${id},${randomBytes(60_000).toString("base64")}\n`);
        const path = join(folder, "large.csv");
        writeFileSync(path, lines.join(""));
        const result = await client.ingestFromFile(path, properties(table));
        assert.equal((await result.getIngestionStatusCollection()).Status, "Queued");
        await cluster.untilCount(table, lines.length);
        client.close();
    });

    test("when the server throttles", async () => {
        const table = await throttled.newTable();
        const client = new ManagedStreamingIngestClient(connection(throttledUrl), connection(throttledUrl));
        const result = await client.ingestFromFile(sample("readings.csv"), properties(table));
        assert.equal((await result.getIngestionStatusCollection()).Status, "Queued");
        await throttled.untilCount(table, 5);
        assert.deepEqual(await throttled.lines(table), readingLines);
        client.close();
    });

    test("when the table's policy forbids streaming", async () => {
        const table = await cluster.newTable();
        await cluster.command(`.alter table ${table} policy streamingingestion disable`);
        const client = KINDS.managed();
        await client.ingestFromStream(Readable.from([readings("csv")]), properties(table));
        await cluster.untilCount(table, 5);
        client.close();
    });

    test("for a blob, when the server throttles", async () => {
        const table = await throttled.newTable();
        const client = new ManagedStreamingIngestClient(connection(throttledUrl), connection(throttledUrl));
        await client.ingestFromBlob(await throttled.upload("readings.csv", readings("csv")), properties(table));
        await throttled.untilCount(table, 5);
        client.close();
    });
});

test("managed streaming works over https", async () => {
    const table = await cluster.newTable();
    const client = new ManagedStreamingIngestClient(connection(httpsUrl), connection(httpsUrl));
    await client.ingestFromFile(sample("readings.csv"), properties(table));
    assert.deepEqual(await cluster.lines(table), readingLines);
    client.close();
});
