// Queued ingestion: the SDK uploads, posts a message and reads how it went from queues or from the status table.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import {
    BlobDescriptor, CompressionType, CsvColumnMapping, DataFormat, FileDescriptor, IngestClient, IngestStatusQueues,
    IngestionProperties, JsonColumnMapping, ReportLevel, ReportMethod, StreamDescriptor,
} from "azure-kusto-ingest";

import { COLUMNS, Cluster, connection, database, httpsUrl, readingLines, readings, sample, until } from "./cluster.js";

const cluster = new Cluster();
const client = new IngestClient(connection());
const folder = mkdtempSync(join(tmpdir(), "calypso-node-"));
const MAPPING = `'[${COLUMNS.map((name) => `{"column":"${name}","path":"$.${name}"}`).join()}]'`;
// Both queues are everybody's: one reader keeps what it finds by source id, each test waits for its own.
const statuses = new Map();
const queues = new IngestStatusQueues(client);
let reading = Promise.resolve();

after(async () => {
    await reading;
    client.close();
    cluster.close();
    rmSync(folder, { recursive: true });
});

const reported = { flushImmediately: true, reportLevel: ReportLevel.FailuresAndSuccesses, reportMethod: ReportMethod.Queue };
const properties = (table, format = DataFormat.CSV, more = {}) => new IngestionProperties({ database, table, format, ...reported, ...more });

/** Waits for the message about a source in one of the status queues. */
async function statusOf(sourceId) {
    return until(`a status of ${sourceId}`, async () => {
        reading = reading.then(async () => {
            for (const [outcome, queue] of [["Succeeded", queues.success], ["Failed", queues.failure]]) {
                for (const message of await queue.pop(32)) statuses.set(message.IngestionSourceId, { outcome, ...message });
            }
        });
        await reading;
        return statuses.get(sourceId);
    });
}

/** Waits for success of what was queued, and checks what the message says. */
async function succeeded(result, table) {
    const { IngestionSourceId: sourceId, Status: first } = await result.getIngestionStatusCollection();
    assert.equal(first, "Queued");
    const status = await statusOf(sourceId);
    assert.equal(status.outcome, "Succeeded", JSON.stringify(status));
    assert.equal(status.Database, database);
    assert.equal(status.Table, table);
    assert.ok(status.OperationId && status.SucceededOn);
    assert.doesNotMatch(status.IngestionSourcePath, /sig=/);
    return status;
}

describe("queued", { concurrency: 6 }, () => {
    test("a csv file arrives and is reported in the queue of successes", async () => {
        const table = await cluster.newTable();
        await succeeded(await client.ingestFromFile(sample("readings.csv"), properties(table)), table);
        assert.deepEqual(await cluster.lines(table), readingLines);
    });

    test("a gzipped csv file arrives", async () => {
        const table = await cluster.newTable();
        const path = join(folder, "readings.csv.gz");
        writeFileSync(path, gzipSync(readings("csv")));
        await succeeded(await client.ingestFromFile(path, properties(table)), table);
        assert.deepEqual(await cluster.lines(table), readingLines);
    });

    test("a stream of csv arrives, gzipped or not", async () => {
        const table = await cluster.newTable();
        await succeeded(await client.ingestFromStream(Readable.from([readings("csv")]), properties(table)), table);
        assert.deepEqual(await cluster.lines(table), readingLines);
        const zipped = new StreamDescriptor(Readable.from([gzipSync(readings("csv"))]), null, CompressionType.GZIP);
        await succeeded(await client.ingestFromStream(zipped, properties(table)), table);
        assert.equal(await cluster.count(table), 10);
    });

    test("a blob arrives", async () => {
        const table = await cluster.newTable();
        const content = readings("csv");
        const blob = new BlobDescriptor(await cluster.upload("readings.csv", content), content.length);
        await succeeded(await client.ingestFromBlob(blob, properties(table)), table);
        assert.deepEqual(await cluster.lines(table), readingLines);
    });

    test("json comes through a mapping of the table", async () => {
        const table = await cluster.newTable();
        await cluster.command(`.create table ${table} ingestion json mapping 'paths' ${MAPPING}`);
        const mapped = properties(table, DataFormat.JSON, { ingestionMappingReference: "paths" });
        await succeeded(await client.ingestFromFile(sample("readings.json"), mapped), table);
        assert.deepEqual(await cluster.lines(table), readingLines);
    });

    test("json comes through a mapping sent along", async () => {
        const table = await cluster.newTable();
        const columns = COLUMNS.map((name) => JsonColumnMapping.withPath(name, `$.${name}`));
        const mapped = properties(table, DataFormat.MULTIJSON, { ingestionMappingColumns: columns });
        await succeeded(await client.ingestFromFile(sample("readings.json"), mapped), table);
        assert.deepEqual(await cluster.lines(table), readingLines);
    });

    test("csv comes through a mapping sent along, with a constant", async () => {
        const table = await cluster.newTable();
        const columns = ["id", "city", "celsius", "at"].map((name, ordinal) => CsvColumnMapping.withOrdinal(name, ordinal));
        columns.push(CsvColumnMapping.withConstantValue("notes", '{"sky":"unknown"}'));
        const mapped = properties(table, DataFormat.CSV, { ingestionMappingColumns: columns });
        await succeeded(await client.ingestFromFile(sample("readings.csv"), mapped), table);
        const skies = await cluster.rows(`${table} | summarize by sky = tostring(notes.sky)`);
        assert.deepEqual(skies, [{ sky: "unknown" }]);
    });

    test("parquet arrives, as file and as stream", async () => {
        const table = await cluster.newTable();
        await succeeded(await client.ingestFromFile(sample("readings.parquet"), properties(table, DataFormat.PARQUET)), table);
        assert.deepEqual(await cluster.lines(table), readingLines);
        const stream = Readable.from([readings("parquet")]);
        await succeeded(await client.ingestFromStream(stream, properties(table, DataFormat.PARQUET)), table);
        assert.equal(await cluster.count(table), 10);
    });

    test("the first record is left out when asked for", async () => {
        const table = await cluster.newTable();
        await succeeded(await client.ingestFromFile(sample("readings.csv"), properties(table, DataFormat.CSV, { ignoreFirstRecord: true })), table);
        assert.deepEqual(await cluster.lines(table), readingLines.slice(1));
    });

    test("tags are kept, and a tag already there skips the source", async () => {
        const table = await cluster.newTable();
        const tagged = properties(table, DataFormat.CSV, { additionalTags: ["plain"], dropByTags: ["d"], ingestByTags: ["once"], ingestIfNotExists: JSON.stringify(["once"]) });
        await succeeded(await client.ingestFromFile(sample("readings.csv"), tagged), table);
        const [extent] = await cluster.command(`.show table ${table} extents | project Tags`);
        for (const tag of ["plain", "drop-by:d", "ingest-by:once"]) assert.ok(extent.Tags.includes(tag), extent.Tags);
        const again = await client.ingestFromFile(sample("readings.csv"), tagged);
        await statusOf((await again.getIngestionStatusCollection()).IngestionSourceId);
        assert.equal(await cluster.count(table), 5);
    });

    test("what is not flushed arrives when its batch is full of time", async () => {
        const table = await cluster.newTable();
        await succeeded(await client.ingestFromFile(sample("readings.csv"), properties(table, DataFormat.CSV, { flushImmediately: false })), table);
        assert.equal(await cluster.count(table), 5);
    });

    test("the same source id twice is one copy", async () => {
        const table = await cluster.newTable();
        const sourceId = "3f6c2b3e-5a0e-4c5e-9c1b-0d7f0e6d1a11";
        const plain = properties(table);
        await succeeded(await client.ingestFromFile(new FileDescriptor(sample("readings.csv"), sourceId), plain), table);
        await client.ingestFromFile(new FileDescriptor(sample("readings.csv"), sourceId), plain);
        const marker = await client.ingestFromStream(Readable.from(["6,Rome,20.5,2026-01-03,\n"]), plain);
        await succeeded(marker, table);
        assert.equal(await cluster.count(table), 6);
    });
});

describe("queued sources that fail", { concurrency: 6 }, () => {
    /** Waits for failure, and checks its code and that it is final. */
    async function failed(result, table, code) {
        const status = await statusOf((await result.getIngestionStatusCollection()).IngestionSourceId);
        assert.equal(status.outcome, "Failed", JSON.stringify(status));
        assert.match(status.ErrorCode, code);
        assert.equal(status.FailureStatus, "Permanent");
        assert.equal(status.ShouldRetry, false);
        assert.equal(status.Table, table);
        assert.ok(status.Details);
        assert.ok(status.FailedOn);
    }

    test("a mapping that does not exist", async () => {
        const table = await cluster.newTable();
        const mapped = properties(table, DataFormat.JSON, { ingestionMappingReference: "none" });
        await failed(await client.ingestFromFile(sample("readings.json"), mapped), table, /^BadRequest_MappingReferenceWasNotFound$/);
    });

    test("a table that does not exist", async () => {
        await failed(await client.ingestFromFile(sample("readings.csv"), properties("NoSuchTable")), "NoSuchTable", /^BadRequest_TableNotExist$/);
    });

    test("content of another format", async () => {
        const table = await cluster.newTable();
        const stream = Readable.from(["this is no parquet file"]);
        await failed(await client.ingestFromStream(stream, properties(table, DataFormat.PARQUET)), table, /^(BadRequest|Stream)_/);
        assert.equal(await cluster.count(table), 0);
    });

    test("a blob that does not exist", async () => {
        const table = await cluster.newTable();
        const blob = new BlobDescriptor((await cluster.upload("here.csv", Buffer.from("1"))).replace("here.csv", "gone.csv"), 10);
        await failed(await client.ingestFromBlob(blob, properties(table)), table, /^Download_SourceNotFound$/);
    });

    test("an empty source", async () => {
        const table = await cluster.newTable();
        const blob = new BlobDescriptor(await cluster.upload("empty.csv", Buffer.alloc(0)), 1);
        await failed(await client.ingestFromBlob(blob, properties(table)), table, /^(BadRequest_EmptyBlob|BadRequest_NoRecordsOrWrongFormat|Stream_NoDataToIngest)$/);
    });
});

// The SDK's table client refuses plain http.
describe("status in the table, over https", { concurrency: 4 }, () => {
    let secure;
    before(() => {
        secure = new IngestClient(connection(httpsUrl));
    });
    after(() => secure.close());
    const inTable = { reportMethod: ReportMethod.Table };

    const terminal = async (result) =>
        until("a terminal status", async () => {
            const status = await result.getIngestionStatusCollection();
            return ["Pending", "Queued"].includes(String(status.Status)) ? null : status;
        });

    test("success", async () => {
        const table = await cluster.newTable();
        const status = await terminal(await secure.ingestFromFile(sample("readings.csv"), properties(table, DataFormat.CSV, inTable)));
        assert.equal(status.Status, "Succeeded");
        assert.equal(status.Database, database);
        assert.equal(status.Table, table);
        assert.ok(!Number.isNaN(Date.parse(status.UpdatedOn)));
        assert.deepEqual(await cluster.lines(table), readingLines);
    });

    test("failure", async () => {
        const table = await cluster.newTable();
        const mapped = properties(table, DataFormat.JSON, { ...inTable, ingestionMappingReference: "none" });
        const status = await terminal(await secure.ingestFromFile(sample("readings.json"), mapped));
        assert.equal(status.Status, "Failed");
        assert.equal(status.ErrorCode, "BadRequest_MappingReferenceWasNotFound");
        assert.equal(status.FailureStatus, "Permanent");
        assert.ok(status.Details);
    });

    test("queue and table tell the same", async () => {
        const table = await cluster.newTable();
        const both = properties(table, DataFormat.CSV, { reportMethod: ReportMethod.QueueAndTable });
        const result = await secure.ingestFromStream(Readable.from([readings("csv")]), both);
        const inTheTable = await terminal(result);
        const inTheQueue = await statusOf(inTheTable.IngestionSourceId);
        assert.equal(inTheTable.Status, inTheQueue.outcome);
        assert.equal(inTheTable.OperationId, inTheQueue.OperationId);
    });

    test("a source that was there before is skipped", async () => {
        const table = await cluster.newTable();
        const once = properties(table, DataFormat.CSV, { ...inTable, ingestByTags: ["a"], ingestIfNotExists: JSON.stringify(["a"]) });
        assert.equal((await terminal(await secure.ingestFromFile(sample("readings.csv"), once))).Status, "Succeeded");
        assert.equal((await terminal(await secure.ingestFromFile(sample("readings.csv"), once))).Status, "Skipped");
        assert.equal(await cluster.count(table), 5);
    });
});
