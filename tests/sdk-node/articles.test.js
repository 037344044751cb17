// The articles' programs for Node.js, with no change but the login, and what they print.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { transform } from "sucrase";

import { Cluster, readings, stormEvents, url } from "./cluster.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "calypso-article-"));
const cluster = new Cluster();
const DATABASE = "NodeArticles";
const TABLE = `.create table MyStormEvents (StartTime:datetime, EndTime:datetime, State:string, DamageProperty:int,
    DamageCrops:int, Source:string, StormSummary:dynamic)`;

before(async () => {
    await cluster.command(`.create database ${DATABASE}`, "NetDefaultDB");
    await cluster.command(TABLE, DATABASE);
    await cluster.command(".alter table MyStormEvents policy streamingingestion enable", DATABASE);
    symlinkSync(join(here, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    // The article's path is one of Windows; elsewhere it is a name with a backslash in it.
    copyFileSync(stormEvents, join(folder, ".\\stormevents.csv"));
});

after(() => {
    cluster.close();
    rmSync(folder, { recursive: true });
});

/** Fills in the article's placeholders, strips types, runs the program and returns its lines. */
async function run(program, placeholders) {
    let text = readFileSync(join(here, "programs", program), "utf8");
    for (const [placeholder, value] of Object.entries(placeholders)) text = text.replaceAll(placeholder, value);
    const { code } = transform(text, { transforms: ["typescript"] });
    writeFileSync(join(folder, "program.js"), code);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["program.js"], { cwd: folder });
    assert.equal(stderr, "");
    return stdout.split("\n").map((line) => line.trim()).filter(Boolean);
}

const number = (count) => ["Number of rows in MyStormEvents", "row 1:", `Count - ${count}`];
const streamed = (what, count) => [what, "New number of rows in MyStormEvents", "row 1:", `Count - ${count}`, "Example line from MyStormEvents", "row 1:"];
const MEXICO = [
    'StartTime - "2018-01-26T00:00:00.000Z"', 'EndTime - "2018-01-27T14:00:00.000Z"', 'State - "MEXICO"',
    "DamageProperty - 0", "DamageCrops - 0", 'Source - "Unknown"', "StormSummary - {}",
];

describe("managed streaming ingestion, each section on the table that the one before it left", () => {
    const reader = {
        "<your Kusto cluster query URI>": url,
        "<your Kusto cluster query ingest URI>": url,
        "<your database name> ": DATABASE,
    };

    test("a file is streamed and counted", async () => {
        const printed = await run("managed-streaming-file.ts", reader);
        assert.deepEqual(printed.slice(0, 9), [...number(0), ...streamed("Ingesting data from a file", 1001)]);
        assert.equal(printed[11], 'State - "HAWAII"');
        assert.match(printed[15], /^StormSummary - \{"TotalDamages":0,.*"Location":"HAWAII"\}\}$/);
    });

    test("a line in memory is streamed and is the latest", async () => {
        const printed = await run("managed-streaming-memory.ts", reader);
        assert.deepEqual(printed, [...number(1001), ...streamed("Ingesting data from memory", 1002), ...MEXICO]);
    });

    test("a blob is streamed by reference", async () => {
        // The uploaded sample has no header line, as the article's counts tell.
        const content = readFileSync(stormEvents);
        const blob = await cluster.upload("stormevents.csv", content.subarray(content.indexOf("\n") + 1));
        const printed = await run("managed-streaming-blob.ts", { ...reader, "<your SAS URI>": blob });
        assert.deepEqual(printed, [...number(1002), ...streamed("Ingesting data from an existing blob", 2002), ...MEXICO]);
    });
});

test("configure streaming ingestion: a gzipped json file goes through its mapping", async () => {
    await cluster.command(".create table TestTable (id:long, city:string)", DATABASE);
    const mapping = `'[{"column":"id","path":"$.id"},{"column":"city","path":"$.city"}]'`;
    await cluster.command(`.create table TestTable ingestion json mapping 'test' ${mapping}`, DATABASE);
    writeFileSync(join(folder, "MyFile.gz"), gzipSync(readings("json")));
    const filledIn = {
        "https://..kusto.windows.net": url,
        'dbName = ""': `dbName = "${DATABASE}"`,
        'tableName = ""': 'tableName = "TestTable"',
        'mappingName = ""': 'mappingName = "test"',
    };
    await run("configure-streaming.ts", filledIn);
    assert.equal(await cluster.count("TestTable", DATABASE), 5);
});
