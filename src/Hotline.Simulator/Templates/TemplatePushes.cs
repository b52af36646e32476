using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using Hotline.Simulator.Twilio;

namespace Hotline.Simulator.Templates;

/// <summary>What the template gateway posts to the hotline: receipts of a while in one array, and replies. An answer without its
/// code 0 is asked for again.</summary>
public sealed class TemplatePushes(World world, IHostApplicationLifetime life)
{
    const int TriesMax = 5;
    const int RowsMax = 100;
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    readonly HttpClient http = Webhooks.Client();
    readonly Channel<object> receipts = Channel.CreateUnbounded<object>();
    int begun;

    public void Receipt(TextMessage message, Phones.DeliveryStep step)
    {
        for (var copy = 0; copy < step.Copies; copy++)
            receipts.Writer.TryWrite(new
            {
                phone_number = message.To[3..], send_time = TemplateApi.Moment(message.CreatedAt), report_time = TemplateApi.Moment(world.Clock.Now),
                success = step.Status == "delivered", err_code = step.Status == "delivered" ? "DELIVERED" : step.WithoutErrorCode ? "" : message.ErrorWord ?? "UNKNOWN",
                err_msg = "", sms_size = "1", biz_id = message.Sid, out_id = message.OutId,
            });
        if (Interlocked.Exchange(ref begun, 1) == 0) _ = Flush(life.ApplicationStopping);
    }

    public Task<bool> Reply(string number, string text, string id) => Push("replies", [new
    {
        phone_number = number[3..], content = text, send_time = TemplateApi.Moment(world.Clock.Now), sign_name = "儿童保护热线", dest_code = "8888", sequence_id = id,
    }], life.ApplicationStopping);

    async Task Flush(CancellationToken cancel)
    {
        try
        {
            while (await receipts.Reader.WaitToReadAsync(cancel))
            {
                await Task.Delay(Gather, cancel);
                List<object> rows = [];
                while (rows.Count < RowsMax && receipts.Reader.TryRead(out var row)) rows.Add(row);
                await Push("receipts", rows, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator stops.
        }
    }

    async Task<bool> Push(string what, IReadOnlyList<object> rows, CancellationToken cancel)
    {
        var url = new Uri(world.Options.HotlineUrl, $"/webhooks/template/{what}?key={world.Options.TemplatePushKey}");
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            if (attempt > 0) await Task.Delay(RetryAfter, cancel);
            try
            {
                using var answer = await http.PostAsync(url, new StringContent(JsonSerializer.Serialize(rows, Plain), System.Text.Encoding.UTF8, "application/json"), cancel);
                var body = await answer.Content.ReadAsStringAsync(cancel);
                world.Log("push", new { what, count = rows.Count, status = (int)answer.StatusCode, body });
                if (answer.IsSuccessStatusCode && body.Contains("\"code\":0", StringComparison.Ordinal)) return true;
            }
            catch (HttpRequestException)
            {
                world.Log("push", new { what, count = rows.Count, status = 0, body = "" });
            }
        }
        return false;
    }
}
