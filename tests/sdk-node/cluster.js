// What every file of the suite starts from: the servers of the environment, tables, the sample data, patience.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { ContainerClient } from "@azure/storage-blob";
import { Client, KustoConnectionStringBuilder } from "azure-kusto-data";

const QUEUED_SECONDS_MAX = 60;
const POLL_MILLISECONDS = 200;
const READINGS_SCHEMA = "id:long, city:string, celsius:real, at:datetime, notes:dynamic";
export const COLUMNS = ["id", "city", "celsius", "at", "notes"];

/** A variable that `harness.with_server` sets. */
function named(name) {
    const value = process.env[name];
    if (!value) throw new Error(`${name} is not set: run tests/sdk-node/run`);
    return value;
}

export const url = named("CALYPSO_URL");
export const httpsUrl = named("CALYPSO_HTTPS_URL");
export const throttledUrl = named("CALYPSO_THROTTLED_URL");
export const database = named("CALYPSO_DATABASE");
export const stormEvents = named("CALYPSO_STORM_EVENTS");

/** The path of one of the files in `tests/data`. */
export const sample = (name) => join(named("CALYPSO_TEST_DATA"), name);
export const readings = (extension) => readFileSync(sample(`readings.${extension}`));

/** A connection without credentials. Clients change what they are given, so each gets its own. */
export const connection = (cluster = url) => new KustoConnectionStringBuilder(cluster);

/** A client of queries and commands, with what tests need most. */
export class Cluster {
    constructor(cluster = url) {
        this.client = new Client(connection(cluster));
    }

    /** Runs a management command and returns its rows as objects. */
    async command(text, where = database) {
        return (await this.client.executeMgmt(where, text)).primaryResults[0].toJSON().data;
    }

    /** Runs a query and returns its rows as objects. */
    async rows(text, where = database, properties = undefined) {
        return (await this.client.executeQuery(where, text, properties)).primaryResults[0].toJSON().data;
    }

    async count(table, where = database) {
        return (await this.rows(`['${table}'] | count`, where))[0].Count;
    }

    /** Creates a table that no other test uses and returns its name. */
    async newTable(schema = READINGS_SCHEMA) {
        const name = `Node_${process.pid}_${++tables}`;
        await this.command(`.create table ${name} (${schema})`);
        return name;
    }

    /** The table's readings as the lines of `readings.lines`. */
    async lines(table) {
        const found = await this.rows(`${table} ${readFileSync(sample("readings.kql"), "utf8")}`);
        return found.map((row) => row.line);
    }

    /** Waits until the table has that many rows. */
    async untilCount(table, expected) {
        await until(`${table} has ${expected} rows`, async () => (await this.count(table)) === expected);
    }

    /** Puts a blob into the cluster's own storage and returns its URL with a signature, as a user's own blob. */
    async upload(name, content) {
        const resources = await this.command(".get ingestion resources", "NetDefaultDB");
        const container = resources.find((row) => row.ResourceTypeName === "TempStorage").StorageRoot;
        const blob = new ContainerClient(container).getBlockBlobClient(`${process.pid}-${++tables}-${name}`);
        await blob.uploadData(content);
        return blob.url;
    }

    close() {
        this.client.close();
    }
}

let tables = 0;

/** What every format of the sample must come out as. */
export const readingLines = readFileSync(sample("readings.lines"), "utf8").trimEnd().split("\n");

/** Repeats the question until its answer is true, or fails after a minute and names what did not happen. */
export async function until(what, question) {
    const deadline = Date.now() + QUEUED_SECONDS_MAX * 1000;
    for (;;) {
        const answer = await question();
        if (answer) return answer;
        if (Date.now() > deadline) throw new Error(`not within ${QUEUED_SECONDS_MAX} s: ${what}`);
        await pause(POLL_MILLISECONDS);
    }
}
