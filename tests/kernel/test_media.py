from laotie.kernel import media


def test_a_kept_path_gets_the_address_of_the_media_process_of_this_run() -> None:
    assert (
        media.address("/media/pictures/ab/320.webp")
        == "http://127.0.0.1:8002/media/pictures/ab/320.webp"
    )


def test_what_is_no_kept_path_stays_as_it_is() -> None:
    assert media.address("") == ""
    assert media.address("https://elsewhere.example/a.png") == "https://elsewhere.example/a.png"
