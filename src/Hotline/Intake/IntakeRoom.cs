using Hotline.Cases;

namespace Hotline.Intake;

/// <summary>A report arrives: accept it, answer with a receipt, keep the line to whoever filed it.</summary>
public static class IntakeRoom
{
    public static void AddIntake(this WebApplicationBuilder builder) => builder.Services
        .AddSingleton<IntakeDesk>().AddSingleton<ReportViews>().AddSingleton<Duplicates>().AddSingleton<PublicPace>()
        .AddSingleton<LineEndpoints.Line>().AddSingleton<IReaction, ReportsFromCalls>();
}
