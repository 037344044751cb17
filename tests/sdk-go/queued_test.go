package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-kusto-go/azkustoingest"
)

func queued(t *testing.T, c *cluster, table string, more ...azkustoingest.Option) azkustoingest.Ingestor {
	t.Helper()
	client, err := azkustoingest.New(c.connection(), append(c.onTable(table), more...)...)
	return opened(t, client, err)
}

// reported are the options of every source here: sealed at once, its status in the table.
func reported(more ...azkustoingest.FileOption) []azkustoingest.FileOption {
	return append(more, azkustoingest.FlushImmediately(), azkustoingest.ReportResultToTable())
}

// outcome waits for the terminal status of a source: nil is success.
func outcome(t *testing.T, result *azkustoingest.Result, err error) error {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), queuedTimeMax)
	defer cancel()
	return <-result.Wait(ctx, azkustoingest.WithImmediateFirst(), azkustoingest.WithInterval(pollPeriod))
}

func succeeded(t *testing.T, result *azkustoingest.Result, err error) {
	t.Helper()
	if status := outcome(t, result, err); status != nil {
		t.Fatal(status)
	}
}

// failed checks that a source failed for good, with that code.
func failed(t *testing.T, code string, result *azkustoingest.Result, err error) {
	t.Helper()
	status := outcome(t, result, err)
	if status == nil || !azkustoingest.IsStatusRecord(status) {
		t.Fatalf("expected %s, got %v", code, status)
	}
	if found, _ := azkustoingest.GetIngestionStatus(status); found != azkustoingest.Failed {
		t.Errorf("status %v: %v", found, status)
	}
	if found, _ := azkustoingest.GetIngestionFailureStatus(status); found != azkustoingest.Permanent {
		t.Errorf("failure status %v: %v", found, status)
	}
	if found, _ := azkustoingest.GetErrorCode(status); found != code {
		t.Errorf("error code %v, not %s: %v", found, code, status)
	}
	if azkustoingest.IsRetryable(status) {
		t.Error("a permanent failure is not to be retried")
	}
}

func TestQueued(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	inline := make([]map[string]any, 0, len(columns))
	for _, column := range columns {
		inline = append(inline, map[string]any{"column": column, "Properties": map[string]string{"Path": "$." + column}})
	}
	for name, ingest := range map[string]func(*testing.T, *cluster, string, azkustoingest.Ingestor) (*azkustoingest.Result, error){
		"csv file": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) (*azkustoingest.Result, error) {
			return client.FromFile(ctx, sample(t, "readings.csv"), reported()...)
		},
		"gzipped csv file": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) (*azkustoingest.Result, error) {
			return client.FromFile(ctx, gzipped(t, "readings.csv"), reported()...)
		},
		"reader of csv": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) (*azkustoingest.Result, error) {
			return client.FromReader(ctx, bytes.NewReader(data(t, "readings.csv")), reported()...)
		},
		"blob": func(t *testing.T, c *cluster, _ string, client azkustoingest.Ingestor) (*azkustoingest.Result, error) {
			return client.FromFile(ctx, c.upload("readings.csv", data(t, "readings.csv")), reported()...)
		},
		"json by a mapping of the table": func(t *testing.T, c *cluster, table string, client azkustoingest.Ingestor) (*azkustoingest.Result, error) {
			c.mapping(table, "by path")
			return client.FromFile(ctx, sample(t, "readings.json"), reported(azkustoingest.IngestionMappingRef("by path", azkustoingest.JSON))...)
		},
		"json by a mapping sent along": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) (*azkustoingest.Result, error) {
			return client.FromReader(ctx, bytes.NewReader(data(t, "readings.json")), reported(azkustoingest.IngestionMapping(inline, azkustoingest.MultiJSON))...)
		},
		"parquet": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) (*azkustoingest.Result, error) {
			return client.FromFile(ctx, sample(t, "readings.parquet"), reported()...)
		},
		"a creation time of its own": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) (*azkustoingest.Result, error) {
			return client.FromFile(ctx, sample(t, "readings.csv"), reported(azkustoingest.SetCreationTime(time.Now().Add(-time.Hour)))...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, "CALYPSO_HTTPS_URL")
			table := c.newTable(readingSchema)
			result, err := ingest(t, c, table, queued(t, c, table))
			succeeded(t, result, err)
			c.checkReadings(table)
		})
	}
}

func TestQueuedProperties(t *testing.T) {
	t.Parallel()
	ctx := context.Background()

	t.Run("first record left out", func(t *testing.T) {
		t.Parallel()
		c := connect(t, "CALYPSO_HTTPS_URL")
		table := c.newTable(readingSchema)
		result, err := queued(t, c, table).FromFile(ctx, sample(t, "readings.csv"), reported(azkustoingest.IgnoreFirstRecord())...)
		succeeded(t, result, err)
		if count := c.count(table); count != 4 {
			t.Error(count)
		}
	})

	t.Run("tags, and a source that is there already", func(t *testing.T) {
		t.Parallel()
		c := connect(t, "CALYPSO_HTTPS_URL")
		table := c.newTable(readingSchema)
		options := reported(azkustoingest.Tags([]string{"plain", "ingest-by:once"}), azkustoingest.IfNotExists("once"))
		client := queued(t, c, table)
		result, err := client.FromFile(ctx, sample(t, "readings.csv"), options...)
		succeeded(t, result, err)
		tags, _ := c.command(c.database, ".show table "+table+" extents | project Tags")[0].StringByIndex(0)
		if !strings.Contains(tags, "plain") || !strings.Contains(tags, "ingest-by:once") {
			t.Error(tags)
		}
		result, err = client.FromFile(ctx, sample(t, "readings.csv"), options...)
		status := outcome(t, result, err)
		if found, _ := azkustoingest.GetIngestionStatus(status); found != azkustoingest.Skipped {
			t.Error(status)
		}
		if count := c.count(table); count != 5 {
			t.Error(count)
		}
	})

	t.Run("sealed by the policy's time", func(t *testing.T) {
		t.Parallel()
		c := connect(t, "CALYPSO_HTTPS_URL")
		table := c.newTable(readingSchema)
		result, err := queued(t, c, table).FromFile(ctx, sample(t, "readings.csv"), azkustoingest.ReportResultToTable())
		succeeded(t, result, err)
		c.checkReadings(table)
	})

	t.Run("a policy that the client sets", func(t *testing.T) {
		t.Parallel()
		c := connect(t, "CALYPSO_HTTPS_URL")
		table := c.newTable(readingSchema)
		policy, _ := json.Marshal(map[string]any{"MaximumBatchingTimeSpan": "00:00:02", "MaximumNumberOfItems": 2, "MaximumRawDataSizeMB": 100})
		c.command(c.database, ".alter table "+table+" policy ingestionbatching @'"+string(policy)+"'")
		c.command("NetDefaultDB", ".refresh database '"+c.database+"' table '"+table+"' cache ingestionbatchingpolicy")
		client := queued(t, c, table)
		first, err := client.FromFile(ctx, sample(t, "readings.csv"), azkustoingest.ReportResultToTable())
		if err != nil {
			t.Fatal(err)
		}
		second, err := client.FromFile(ctx, sample(t, "readings.csv"), azkustoingest.ReportResultToTable())
		succeeded(t, second, err)
		succeeded(t, first, nil)
		if count := c.count(table); count != 10 {
			t.Error(count)
		}
	})
}

func TestQueuedFailures(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := connect(t, "CALYPSO_HTTPS_URL")
	table := c.newTable(readingSchema)
	client := queued(t, c, table)

	t.Run("mapping", func(t *testing.T) {
		result, err := client.FromFile(ctx, sample(t, "readings.json"), reported(azkustoingest.IngestionMappingRef("none", azkustoingest.JSON))...)
		failed(t, "BadRequest_MappingReferenceWasNotFound", result, err)
	})
	t.Run("mapping of a table that does not exist", func(t *testing.T) {
		result, err := client.FromFile(ctx, sample(t, "readings.json"),
			reported(azkustoingest.Table("NoSuchTable"), azkustoingest.IngestionMappingRef("none", azkustoingest.JSON))...)
		status := outcome(t, result, err)
		code, _ := azkustoingest.GetErrorCode(status)
		if code != "BadRequest_MappingReferenceWasNotFound" && code != "BadRequest_TableNotExist" {
			t.Error(status)
		}
	})
	t.Run("format", func(t *testing.T) {
		result, err := client.FromReader(ctx, strings.NewReader("no parquet"), reported(azkustoingest.FileFormat(azkustoingest.Parquet))...)
		status := outcome(t, result, err)
		if failure, _ := azkustoingest.GetIngestionFailureStatus(status); failure != azkustoingest.Permanent {
			t.Error(status)
		}
	})
	if count := c.count(table); count != 0 {
		t.Error(count)
	}
}

// TestEndpointCorrection: without an option the SDK asks `ingest-localhost`, which the certificate names too.
func TestEndpointCorrection(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	table := c.newTable(readingSchema)
	client, err := azkustoingest.New(c.connection(), azkustoingest.WithDefaultDatabase(c.database),
		azkustoingest.WithDefaultTable(table), azkustoingest.WithHttpClient(toLoopback(t)))
	result, err := opened(t, client, err).FromFile(context.Background(), sample(t, "readings.csv"), reported()...)
	succeeded(t, result, err)
	c.checkReadings(table)
}
