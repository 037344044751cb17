// Queries and management commands through the official client.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { Client, ClientRequestProperties, KustoConnectionStringBuilder } from "azure-kusto-data";

import { Cluster, database, httpsUrl, url } from "./cluster.js";

const cluster = new Cluster();
after(() => cluster.close());

const ALL_TYPES = `print b = true, i = int(-7), l = long(9007199254740991), r = 1.5, d = decimal(2.00000000000001),
    s = 'Łódź "x"', t = datetime(2020-03-04T14:05:01.3109965Z), ts = time(-1.02:03:04.5), g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642),
    bag = dynamic({"a": [1, {"b": null}]}), none = int(null), nan = real(nan)`;

describe("query", () => {
    test("every scalar type arrives as the SDK's own value", async () => {
        const result = await cluster.client.executeQuery(database, ALL_TYPES);
        const [row] = [...result.primaryResults[0].rows()];
        assert.equal(row.b, true);
        assert.equal(row.i, -7);
        assert.equal(row.l, 9007199254740991);
        assert.equal(row.r, 1.5);
        assert.equal(String(row.d), "2.00000000000001");
        assert.equal(row.s, 'Łódź "x"');
        assert.deepEqual(row.t, new Date("2020-03-04T14:05:01.310Z"));
        assert.equal(row.ts, -((26 * 60 + 3) * 60 + 4.5) * 1000);
        assert.equal(row.g, "74be27de-1e4e-49d9-b579-fe0b331d3642");
        assert.deepEqual(row.bag, { a: [1, { b: null }] });
        assert.equal(row.none, null);
        assert.equal(String(row.nan), "NaN");
    });

    test("column names and types are described", async () => {
        const result = await cluster.client.execute(database, "print a = 1, b = 'x' | extend c = now()");
        const columns = result.primaryResults[0].columns.map((column) => [column.name, column.type]);
        assert.deepEqual(columns, [["a", "long"], ["b", "string"], ["c", "datetime"]]);
    });

    test("version 1 of the endpoint answers the same", async () => {
        const result = await cluster.client.executeQueryV1(database, "range x from 1 to 3 step 1 | summarize total = sum(x)");
        assert.deepEqual(result.primaryResults[0].toJSON().data, [{ total: 6 }]);
    });

    test("several statements give several results", async () => {
        const result = await cluster.client.executeQuery(database, "print a = 1; print b = 2");
        assert.deepEqual(result.primaryResults.map((table) => table.toJSON().data), [[{ a: 1 }], [{ b: 2 }]]);
    });

    test("parameters of every type are passed as the SDK passes them", async () => {
        const properties = new ClientRequestProperties();
        const values = { i: 5, s: "it's", b: true, r: 0.25, t: "datetime(2020-01-02)", span: "time(1.02:03:04)", bag: 'dynamic({"k":[1]})' };
        for (const [name, value] of Object.entries(values)) properties.setParameter(name, value);
        const text = `declare query_parameters(i:long, s:string, b:bool, r:real, t:datetime, span:timespan, bag:dynamic);
            print i + 1, strcat(s, "!"), not(b), r * 4, datetime_add("day", 1, t), span, bag.k[0]`;
        const [row] = await cluster.rows(text, database, properties);
        const [i, s, b, r, t, span, first] = Object.values(row);
        assert.deepEqual([i, s, b, r, first], [6, "it's!", false, 1, 1]);
        assert.equal(new Date(t).toISOString(), "2020-01-03T00:00:00.000Z");
        assert.equal(span, ((26 * 60 + 3) * 60 + 4) * 1000);
    });

    test("100,000 rows arrive complete and in order", async () => {
        const found = await cluster.rows("range n from 1 to 100000 step 1 | order by n asc");
        assert.equal(found.length, 100_000);
        assert.ok(found.every((row, index) => row.n === index + 1));
    });

    test("what fails after rows were sent is an error", async () => {
        await assert.rejects(cluster.rows("range n from 1 to 600000 step 1"), /E_QUERY_RESULT_SET_TOO_LARGE|LimitsExceeded|exceed/);
        const properties = new ClientRequestProperties({ truncationmaxrecords: 10 });
        await assert.rejects(cluster.rows("range n from 1 to 11 step 1", database, properties), /E_QUERY_RESULT_SET_TOO_LARGE|LimitsExceeded|exceed/);
    });

    test("a table that does not exist is a permanent semantic error", async () => {
        const error = await rejection(cluster.rows("Nonexistent | count"));
        assert.equal(error.response.status, 400);
        const body = error.response.data.error;
        assert.equal(body["@permanent"], true);
        assert.match(body["@message"], /Semantic error: .*Nonexistent/);
    });

    test("text that is no query is a syntax error", async () => {
        const error = await rejection(cluster.rows("invalidSyntax |"));
        assert.match(error.response.data.error["@message"], /Syntax error/);
    });

    test("a database that does not exist is named", async () => {
        const error = await rejection(cluster.rows("print 1", "NoSuchDatabase"));
        assert.equal(error.response.status, 400);
        assert.match(JSON.stringify(error.response.data), /NoSuchDatabase/);
    });

    test("a query that takes longer than its time is ended", async () => {
        const properties = new ClientRequestProperties();
        properties.setTimeout(1000);
        const slow = "range a from 1 to 100000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 100000 step 1 | extend k = 1) on k | summarize sum(a * b)";
        const error = await rejection(cluster.rows(slow, database, properties));
        assert.equal(error.response.status, 504);
        assert.equal(error.response.data.error["@permanent"], false);
    });

    test("https is trusted through the local authority", async () => {
        const secure = new Cluster(httpsUrl);
        assert.deepEqual(await secure.rows("print x = 1"), [{ x: 1 }]);
        secure.close();
    });

    test("a token is accepted and nothing of it comes back", async () => {
        const client = new Client(KustoConnectionStringBuilder.withAccessToken(url, "secret-token"));
        const result = await client.execute(database, "print x = 1");
        assert.deepEqual(result.primaryResults[0].toJSON().data, [{ x: 1 }]);
        const error = await rejection(client.execute(database, "Nonexistent"));
        assert.doesNotMatch(JSON.stringify(error.response.data), /secret-token/);
        client.close();
    });
});

describe("management", () => {
    test("a table is made, shown, altered and dropped", async () => {
        const table = await cluster.newTable("a:int, b:string");
        const shown = await cluster.command(`.show tables | where TableName == "${table}" | project TableName, DatabaseName`);
        assert.deepEqual(shown, [{ TableName: table, DatabaseName: database }]);
        await cluster.command(`.alter-merge table ${table} (c:datetime)`);
        const schema = await cluster.rows(`${table} | getschema | project ColumnName, ColumnType`);
        assert.deepEqual(schema.map((row) => `${row.ColumnName}:${row.ColumnType}`), ["a:int", "b:string", "c:datetime"]);
        await cluster.command(`.drop table ${table} ifexists`);
        assert.equal((await cluster.command(`.show tables | where TableName == "${table}"`)).length, 0);
    });

    test("execute tells a command by its dot", async () => {
        const result = await cluster.client.execute(database, ".show version");
        assert.equal(result.primaryResults[0].toJSON().data.length, 1);
    });

    test("84 tables are made at the same time", async () => {
        const made = await Promise.all(Array.from({ length: 84 }, () => cluster.newTable("x:int")));
        const answers = await Promise.all(made.map((table) => cluster.count(table)));
        assert.deepEqual(answers, made.map(() => 0));
        await cluster.command(`.drop tables (${made.join(", ")}) ifexists`);
    });

    test("a command that fails says why", async () => {
        const error = await rejection(cluster.command(".drop table NoSuchTable"));
        assert.equal(error.response.status, 400);
        assert.match(JSON.stringify(error.response.data), /NoSuchTable/);
    });
});


/** The error that a promise must end with. */
async function rejection(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    return assert.fail("expected an error");
}
