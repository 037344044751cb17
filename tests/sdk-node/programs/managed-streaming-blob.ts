// The program of the article "Create an app for streaming ingestion using Kusto's managed streaming ingestion client",
// TypeScript tab, as its sections build it up. Only the login is ours: none.

import { Client as KustoClient, KustoConnectionStringBuilder } from "azure-kusto-data";
import { InteractiveBrowserCredentialInBrowserOptions } from "@azure/identity";
import { ManagedStreamingIngestClient, BlobDescriptor, IngestionProperties, DataFormat } from 'azure-kusto-ingest';

const clusterUrl = "<your Kusto cluster query URI>";
const ingestionUrl ="<your Kusto cluster query ingest URI>";
const databaseName = "<your database name> ";

const tableName = "MyStormEvents"

    async function main() {
    const clusterKcsb = new KustoConnectionStringBuilder(clusterUrl);
    const ingestionKcsb = new KustoConnectionStringBuilder(ingestionUrl);

    const kustoClient = new KustoClient(clusterKcsb);
    const ingestClient = new ManagedStreamingIngestClient(clusterKcsb, ingestionKcsb);

    console.log(`Number of rows in ${tableName}`);
    let result = await kustoClient.executeQuery(databaseName, `${tableName} | count`);
    printResultAsValueList(result);

    const ingestProperties = new IngestionProperties({
        database: databaseName,
        table: tableName,
        format: DataFormat.CSV
    });

    // Ingestion section
    console.log('Ingesting data from an existing blob');
    const sasURI = "<your SAS URI>";
    await ingestClient.ingestFromBlob(sasURI, ingestProperties);
    ingestClient.close();
    console.log(`New number of rows in ${tableName}`);
    result = await kustoClient.executeQuery(databaseName, `${tableName} | count`);
    printResultAsValueList(result);

    console.log(`Example line from ${tableName}`);
    result = await kustoClient.executeQuery(databaseName, `${tableName} | top 1 by EndTime`);
    printResultAsValueList(result);
}

function printResultAsValueList(result: any) {
    let rowCount = 1;

    // Create a list of columns
    const cols = result.primaryResults[0].columns.map((col: any) => col.name);
    // Print the values for each row
    for (const row of result.primaryResults) {
        if (rowCount > 1) {
            console.log('######################');
        }

        console.log(`row ${rowCount}:`);
        for (const col of cols) {
            const jsonObject = JSON.parse(row);
            const value = jsonObject.data[0][col];
            console.log(`\t ${col} - ${JSON.stringify(value)}`);
        }
        rowCount++;
    }
}

main().catch((err) => {
    console.error(err);
});
