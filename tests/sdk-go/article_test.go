package suite

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-kusto-go/azkustoingest"
)

const stormEventsSchema = `StartTime:datetime, EndTime:datetime, State:string, DamageProperty:int, DamageCrops:int,
	Source:string, StormSummary:dynamic`

// TestArticleBatchingManager follows "Create an app to ingest data using the batching manager", whose Go tab is empty.
func TestArticleBatchingManager(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := connect(t, "CALYPSO_HTTPS_URL")
	table := c.newTable(strings.Join(strings.Fields(stormEventsSchema), " "))
	client := queued(t, c, table)
	file := named(t, "CALYPSO_STORM_EVENTS")

	_, err := client.FromFile(ctx, file, azkustoingest.FileFormat(azkustoingest.CSV), azkustoingest.IgnoreFirstRecord())
	if err != nil {
		t.Fatal(err)
	}
	c.untilCount(table, 1000)

	line := `2018-01-26 00:00:00.0000000,2018-01-27 14:00:00.0000000,MEXICO,0,0,Unknown,"{}"`
	if _, err := client.FromReader(ctx, strings.NewReader(line), azkustoingest.FileFormat(azkustoingest.CSV)); err != nil {
		t.Fatal(err)
	}
	c.untilCount(table, 1001)

	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	blob := c.upload("stormevents.csv", content)
	if _, err := client.FromFile(ctx, blob, azkustoingest.FileFormat(azkustoingest.CSV), azkustoingest.IgnoreFirstRecord()); err != nil {
		t.Fatal(err)
	}
	c.untilCount(table, 2001)
	if state, _ := c.rows(table + " | top 1 by EndTime")[0].StringByName("State"); state != "MEXICO" {
		t.Error(state)
	}
}

// TestArticleKustoIngest follows "Data ingestion with the Kusto.Ingest library": ten messages through a JSON mapping.
func TestArticleKustoIngest(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	table := c.newTable("Column1:long, Column2:datetime, Column3:string")
	c.command(c.database, ".create table "+table+` ingestion json mapping "Table1_mapping_1" '[`+
		`{"column":"Column1","Properties":{"Path":"$.Id"}},{"column":"Column2","Properties":{"Path":"$.Timestamp"}},`+
		`{"column":"Column3","Properties":{"Path":"$.Message"}}]'`)
	body := strings.Builder{}
	for counter := 1; counter <= 10; counter++ {
		message, _ := json.Marshal(map[string]any{
			"Id":        counter,
			"Timestamp": time.Now().UTC().Add(time.Duration(100*counter) * time.Second),
			"Message":   "This is a dummy message number",
		})
		body.Write(append(message, '\n'))
	}
	result, err := queued(t, c, table).FromReader(context.Background(), strings.NewReader(body.String()),
		azkustoingest.IngestionMappingRef("Table1_mapping_1", azkustoingest.JSON), azkustoingest.ReportResultToTable())
	succeeded(t, result, err)
	total, _ := c.rows(table + " | summarize sum(Column1), countif(isnull(Column2))")[0].LongByIndex(0)
	if *total != 55 {
		t.Error(*total)
	}
}
