namespace Hotline.Api.Tests.Contract;

[Collection(ContractCity.Name)]
public sealed class A_division(ContractCity world)
{
    [Fact]
    public async Task is_named_in_both_languages_wherever_it_stands()
    {
        var receipt = await world.Urgent();
        var (id, number) = (receipt["cases"]![0]!["id"]!.ToString(), receipt["reportNumber"]!.ToString());
        var file = (await world.Get($"/api/cases/{id}", "county")).Json;
        var row = (await world.Get("/api/cases?limit=200", "county")).Json["items"]!.AsArray().Single(c => c!["id"]!.ToString() == id)!;
        var report = (await world.Get($"/api/reports/{number}", "duty")).Json;
        foreach (var shown in new[] { file, row, report })
        {
            var title = shown["divisionTitle"]!;
            (title["zh"]!.ToString(), title["en"]!.ToString()).ShouldBe(("试点县", "Pilot County"));
            shown["divisionName"]!.ToString().ShouldBe("试点县");
        }
    }
}
